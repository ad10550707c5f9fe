import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { SiteProviders } from '#libs/ui';
import { Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { AccountFrame } from './frame/account-frame';
import { EntranceFrame } from './frame/entrance-frame';
import { environments, pages, type Page } from './pages';
import { accountScreens, entranceScreens, Home, NotFound } from './screens';
import { explainProblem } from './text/explain-problem';

/** For what nobody needs to be signed in to. */
const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });

type AccountPage = keyof typeof accountScreens;
const namesOf = <Name extends Page>(screens: Record<Name, unknown>) => Object.keys(screens) as Name[];

export function App() {
  return (
    <SiteProviders explain={explainProblem}>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Suspense fallback={null}>
            <Routes>
              <Route path={pages.home} element={<Home />} />
              <Route element={<EntranceFrame />}>
                {namesOf(entranceScreens).map((page) => {
                  const Screen = entranceScreens[page];
                  return <Route key={page} path={pages[page]} element={<Screen />} />;
                })}
                <Route path="*" element={<NotFound />} />
              </Route>
              {environments.map((environment) => (
                <Route key={environment} element={<AccountFrame environment={environment} />}>
                  {namesOf(accountScreens)
                    .filter((page) => isIn(environment, page))
                    .map((page) => {
                      const Screen = accountScreens[page];
                      const path = pages[page].replace(':environment', environment);
                      return <Route key={page} path={path} element={<Screen />} />;
                    })}
                </Route>
              ))}
            </Routes>
          </Suspense>
        </BrowserRouter>
      </QueryClientProvider>
    </SiteProviders>
  );
}

const isIn = (environment: string, page: AccountPage): boolean =>
  [':environment', environment].includes(pages[page].split('/')[1] ?? '');
