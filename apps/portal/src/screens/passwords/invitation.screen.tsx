import { clientFor, dataOf } from '#libs/api-client';
import { NewPassword } from './new-password';

export default function InvitationScreen() {
  return (
    <NewPassword
      kind="invitation"
      set={(body) => dataOf(clientFor().POST('/v1/invitations/acceptance', { body }), 'POST')}
    />
  );
}
