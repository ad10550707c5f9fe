import { Navigate } from 'react-router';
import { addressOf, environments } from '../pages';
import { useSession } from '../session/sessions';

/** `/` leads on: to the account somebody is signed in to, production first, or to the sign-in. */
export default function HomeScreen() {
  const sessions = { sandbox: useSession('sandbox'), production: useSession('production') };
  const environment = [...environments].reverse().find((one) => sessions[one]);
  return <Navigate to={environment ? addressOf('subscriptions', { environment }) : addressOf('signIn')} replace />;
}
