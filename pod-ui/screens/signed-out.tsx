import { useId, useState } from 'preact/hooks'
import { Action } from '../components/action.tsx'
import { type Failure, failureOf } from '../failure.ts'
import { linkToken } from '../opened-by.ts'
import { signIn, signInAsAdministrator, signInByLink } from '../sign-in.ts'
import { failureText } from '../words/failure.ts'
import { words } from '../words/words.ts'

/** A page of our own where nobody is signed in. */
export function SignedOut() {
  const token = linkToken.value
  if (token !== null) {
    return (
      <main>
        <h1>{words.signIn.byLink(location.host)}</h1>
        <div class="buttons">
          <Action primary run={() => signInByLink(token)}>
            {words.signIn.signIn}
          </Action>
        </div>
      </main>
    )
  }
  return location.pathname === '/setup' ? <AsAdministrator /> : <WaysIn />
}

function WaysIn() {
  return (
    <main>
      <h1>{words.signIn.refused}</h1>
      <p>{words.signIn.waysIn}</p>
      <div class="buttons">
        <button type="button" onClick={() => void signIn()}>
          {words.actions.tryAgain}
        </button>
        <a class="button" href={`/setup${location.search}`}>
          {words.signIn.adminToken}
        </a>
      </div>
    </main>
  )
}

function AsAdministrator() {
  const id = useId()
  const [token, setToken] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    setFailure(null)
    try {
      await signInAsAdministrator(token.trim())
    } catch (error) {
      setFailure(failureOf(error))
    }
  }
  return (
    <main>
      <h1>{words.signIn.signedOutTitle}</h1>
      <p>{words.signIn.signedOutText}</p>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <div class="field">
          <label class="field-label" for={id}>
            {words.signIn.adminToken}
          </label>
          <input
            id={id}
            type="password"
            autocomplete="off"
            required
            value={token}
            aria-describedby={`${id}-hint`}
            aria-invalid={failure !== null}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
          <p id={`${id}-hint`} class="quiet">
            {words.signIn.adminTokenHint}
          </p>
          {failure !== null && (
            <p class="field-error" role="alert">
              {failureText(failure)}
            </p>
          )}
        </div>
        <div class="buttons">
          <button type="submit" class="primary">
            {words.signIn.signIn}
          </button>
        </div>
      </form>
    </main>
  )
}
