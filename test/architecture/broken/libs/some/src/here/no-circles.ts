import { there } from '../there/no-circles';

export const here = () => there;
