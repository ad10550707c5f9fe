import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/**
 * The token of a link that was sent by mail. It travels in the fragment, which no server, log or Referer ever sees, and is
 * taken out of the address at once, so that it stays in no history either.
 */
export function useFragmentToken(): string {
  const { hash, pathname } = useLocation();
  const [token] = useState(() => hash.slice(1));
  const navigate = useNavigate();
  useEffect(() => {
    if (hash !== '') void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return token;
}
