// Who is signed in comes inside index.html, so the first paint asks nothing. Nobody signed in: the desk's own sign-in page, and back here.
import type { Me } from '../shared/api';

export function meFromPage(): Me | null {
  const text = document.getElementById('me')?.textContent;
  if (!text) return null;
  try {
    return JSON.parse(text) as Me | null;
  } catch {
    return null;
  }
}

export function goToSignIn(language: string) {
  const here = `${location.pathname}${location.search}`;
  location.assign(`/sign-in?${new URLSearchParams({ to: here === '/' ? '/access' : here, lang: language })}`);
}
