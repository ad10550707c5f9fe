import { some } from '../../some/src/some';

export const contract = some;
