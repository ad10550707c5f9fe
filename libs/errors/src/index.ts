export {
  SlipwayError,
  fail,
  invalid,
  notFound,
  unavailable,
  toSlipwayError,
  type Detail,
  type FieldFault,
} from './slipway-error';
export { categories, httpStatusOf, type Category } from './category';
export { toProblem, type Problem } from './problem';
