export { contains, isWithin, readRange } from './ranges';
