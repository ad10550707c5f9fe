import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Page } from './pages';

type Screen = LazyExoticComponent<ComponentType>;
type EntrancePage =
  'register' | 'signIn' | 'signInTo' | 'forgot' | 'passwordReset' | 'invitation' | 'emailVerification';

export const Home = lazy(() => import('./screens/home.screen'));
export const NotFound = lazy(() => import('./screens/not-found/not-found.screen'));

const SignIn = lazy(() => import('./screens/sign-in/sign-in.screen'));

/** For whoever is not signed in. Every page of pages.json has its screen, or this does not compile. */
export const entranceScreens: Record<EntrancePage, Screen> = {
  register: lazy(() => import('./screens/register/register.screen')),
  signIn: SignIn,
  signInTo: SignIn,
  forgot: lazy(() => import('./screens/passwords/forgot.screen')),
  passwordReset: lazy(() => import('./screens/passwords/password-reset.screen')),
  invitation: lazy(() => import('./screens/passwords/invitation.screen')),
  emailVerification: lazy(() => import('./screens/passwords/email-verification.screen')),
};

/** Pages of an account. */
export const accountScreens: Record<Exclude<Page, EntrancePage | 'home'>, Screen> = {
  setUp: lazy(() => import('./screens/set-up/set-up.screen')),
  start: lazy(() => import('./screens/start/start.screen')),
  catalogue: lazy(() => import('./screens/catalogue/catalogue.screen')),
  product: lazy(() => import('./screens/catalogue/product.screen')),
  subscriptions: lazy(() => import('./screens/subscriptions/subscriptions.screen')),
  subscription: lazy(() => import('./screens/subscription/subscription.screen')),
  testData: lazy(() => import('./screens/test-data/test-data.screen')),
  talk: lazy(() => import('./screens/talk/talk.screen')),
  keys: lazy(() => import('./screens/keys/keys.screen')),
  notifications: lazy(() => import('./screens/notifications/notifications.screen')),
  settings: lazy(() => import('./screens/settings/settings.screen')),
  sandbox: lazy(() => import('./screens/sandbox/sandbox.screen')),
};
