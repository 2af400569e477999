// How the page reads: with the household's cookie, or with a token that this tab keeps.

const KEY = "onealarm-token";

export class SignedOut extends Error {}

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

async function ask(path) {
  const headers = token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
  return fetch(path, { headers, credentials: "same-origin" });
}

async function answer(path) {
  let response = await ask(path);
  if (response.status === 401 && !token.get()) {
    await fetch("/", { cache: "no-store" }); // a restart ends the household's cookie; the page brings a new one
    response = await ask(path);
  }
  if (response.status === 401) {
    throw new SignedOut();
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail ?? `the server answered ${response.status}`);
  }
  return response;
}

export async function read(path) {
  return (await answer(path)).json();
}

/** An address that an audio element can play: the file's own, or, where a token is needed, that of a copy. */
export async function playable(file) {
  if (!token.get()) {
    return file.url;
  }
  const sound = await (await answer(file.url)).blob();
  return URL.createObjectURL(new Blob([sound], { type: file.mime }));
}
