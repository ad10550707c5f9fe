import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';

// A file of an earlier release is gone once a new one is served: the page as it is now knows where its files are.
addEventListener('vite:preloadError', () => location.reload());

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
