import { Problem } from '#libs/api-client';
import { errorsOf } from './form-errors';

const problem = (...pointers: string[]) =>
  new Problem(
    {
      code: 'invalid_request',
      status: 400,
      detail: 'Wrong.',
      errors: pointers.map((pointer) => ({ pointer, detail: `${pointer} is wrong.` })),
    },
    'POST /v1/partners',
  );
const values = { name: '', admin: { username: '' } };

describe('what the API found wrong', () => {
  it('stands at the fields, however deep', () => {
    expect(errorsOf(problem('/name', '/admin/username'), values)).toEqual({
      name: '/name is wrong.',
      'admin.username': '/admin/username is wrong.',
    });
  });

  it('stands at none where one of them is not in the form: it is told as a whole', () => {
    expect(errorsOf(problem('/name', '/admin/other'), values)).toEqual({});
  });
});
