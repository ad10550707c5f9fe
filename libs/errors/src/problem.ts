import { httpStatusOf } from './category';
import type { FieldFault, SlipwayError } from './slipway-error';

/** RFC 9457 problem details, with our extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  traceId: string;
  errors?: FieldFault[];
  [member: string]: unknown;
}

const titleOf = (code: string): string => {
  const words = (code.split('.').pop() ?? code).replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

export function toProblem(error: SlipwayError, traceId: string): Problem {
  return {
    ...error.detail,
    type: `urn:slipway:error:${error.code}`,
    title: titleOf(error.code),
    status: httpStatusOf(error.category),
    detail: error.message,
    code: error.code,
    traceId,
    ...(error.fields.length > 0 && { errors: error.fields }),
  };
}
