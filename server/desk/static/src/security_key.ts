// Security keys: asks the browser for one, and puts its answer into the form that waits for it.
// Without a key, or without script, the form works as ever with a code.

interface Asked {
  challenge: string;
  options: Record<string, unknown>;
}

/** Read base64url, as the desk writes bytes in JSON. */
function bytesOf(text: string): ArrayBuffer {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
}

/** Write base64url. */
function textOf(bytes: ArrayBuffer | null): string {
  const plain = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function ask(form: HTMLFormElement, address: string): Promise<Asked> {
  const token = new FormData(form).get("csrf_token");
  const response = await fetch(address, {
    method: "POST",
    headers: { "X-CSRF-Token": String(token) },
  });
  if (!response.ok) throw new Error(`the desk answered ${response.status}`);
  return {
    challenge: response.headers.get("X-Challenge") ?? "",
    options: (await response.json()) as Record<string, unknown>,
  };
}

function withBytes(listed: unknown): PublicKeyCredentialDescriptor[] {
  const known = (listed ?? []) as { id: string; type: "public-key" }[];
  return known.map((one) => ({ type: one.type, id: bytesOf(one.id) }));
}

async function register(asked: Asked): Promise<Record<string, unknown>> {
  const { options } = asked;
  const user = options.user as { id: string; name: string; displayName: string };
  const made = (await navigator.credentials.create({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialCreationOptions),
      challenge: bytesOf(options.challenge as string),
      user: { ...user, id: bytesOf(user.id) },
      excludeCredentials: withBytes(options.excludeCredentials),
    },
  })) as PublicKeyCredential;
  const said = made.response as AuthenticatorAttestationResponse;
  return {
    id: made.id,
    rawId: textOf(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: textOf(said.clientDataJSON),
      attestationObject: textOf(said.attestationObject),
    },
  };
}

async function answer(asked: Asked): Promise<Record<string, unknown>> {
  const { options } = asked;
  const given = (await navigator.credentials.get({
    publicKey: {
      ...(options as unknown as PublicKeyCredentialRequestOptions),
      challenge: bytesOf(options.challenge as string),
      allowCredentials: withBytes(options.allowCredentials),
    },
  })) as PublicKeyCredential;
  const said = given.response as AuthenticatorAssertionResponse;
  return {
    id: given.id,
    rawId: textOf(given.rawId),
    type: given.type,
    response: {
      clientDataJSON: textOf(said.clientDataJSON),
      authenticatorData: textOf(said.authenticatorData),
      signature: textOf(said.signature),
      userHandle: textOf(said.userHandle),
    },
  };
}

function fill(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

/** Ask a key, and send the form with its answer. */
async function exchange(button: HTMLButtonElement, form: HTMLFormElement): Promise<void> {
  const asked = await ask(form, button.dataset.question ?? "");
  const said = await (button.dataset.key === "add" ? register(asked) : answer(asked));
  fill(form, "key_challenge", asked.challenge);
  fill(form, "key_answer", JSON.stringify(said));
  form.submit();
}

/** Tell whether everything but the code, which a key replaces, is filled in. */
function isFilled(form: HTMLFormElement): boolean {
  const code = form.elements.namedItem("code");
  if (!(code instanceof HTMLInputElement)) return form.reportValidity();
  code.required = false;
  const filled = form.reportValidity();
  code.required = true;
  return filled;
}

async function use(button: HTMLButtonElement, form: HTMLFormElement): Promise<void> {
  if (!isFilled(form)) return;
  const trouble = form.querySelector<HTMLElement>("[data-key-trouble]");
  if (trouble) trouble.hidden = true;
  button.disabled = true;
  try {
    await exchange(button, form);
  } catch {
    // The browser has said why, or the person has changed their mind.
    if (trouble) trouble.hidden = false;
    button.disabled = false;
  }
}

if ("PublicKeyCredential" in window) {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-key]")) {
    const form = button.form;
    if (!form) continue;
    button.hidden = false;
    button.addEventListener("click", () => void use(button, form));
  }
}
