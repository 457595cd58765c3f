// A button of a form -> the browser's own question for a passkey -> its answer, sent with the form.
(() => {
  "use strict";
  const can = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON;

  const create = (options) => {
    // A passkey is a password and a second step in one: it knows whose it is, and asks for finger, face or PIN.
    options.authenticatorSelection = { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  };
  const get = (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

  const asked = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("The site did not answer.");
    return (await answer.json()).request_options;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const said = form.querySelector("[role=alert]");
    if (!can) {
      said.textContent = "This browser is too old for passkeys.";
      continue;
    }
    button.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.textContent = "";
      try {
        const { publicKey } = await asked(form);
        const credential = await (form.dataset.passkey === "create" ? create : get)(publicKey);
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch {
        said.textContent = "No passkey was used. Try again, or come in another way.";
      }
    });
  }
})();
