import { CreateTokens1790000000001 } from './0001-create-tokens';

export const migrations = [CreateTokens1790000000001];
