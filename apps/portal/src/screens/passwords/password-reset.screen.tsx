import { clientFor, dataOf } from '#libs/api-client';
import { NewPassword } from './new-password';

export default function PasswordResetScreen() {
  return (
    <NewPassword
      kind="reset"
      set={(body) => dataOf(clientFor().POST('/v1/password-resets/confirmation', { body }), 'POST')}
    />
  );
}
