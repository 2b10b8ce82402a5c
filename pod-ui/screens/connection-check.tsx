import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Action } from '../components/action.tsx'
import { announce } from '../components/announcer.tsx'
import { Notice } from '../components/states.tsx'
import { words } from '../words/words.ts'

export interface Checked {
  ok: boolean
  problems: { code: string; message: string }[]
  version?: string | undefined
}

/** Tries everything that a run needs, and says in words what is missing. */
export function Check({ id }: { id: string }) {
  const [checked, setChecked] = useState<Checked | null>(null)
  return (
    <div class="section">
      <div class="buttons">
        <Action
          run={async () => {
            setChecked(null)
            const answer = await answerOf(api.connections[':id'].check.$post({ param: { id } }))
            setChecked(answer)
            announce(answer.ok ? words.connections.works : words.connections.problems)
          }}
        >
          {words.connections.check}
        </Action>
      </div>
      {checked !== null && (
        <Outcome of={checked}>
          {words.connections.works} {checked.version}
        </Outcome>
      )}
    </div>
  )
}

/** What a test of a connection came to; `children` are said where all went well. */
export function Outcome({ of: { ok, problems }, children }: { of: Checked; children: ComponentChildren }) {
  return ok ? (
    <Notice tone="good">{children}</Notice>
  ) : (
    <div class="notice notice-bad" role="alert">
      <ul>
        {problems.map(({ code, message }) => (
          <li key={code}>{message}</li>
        ))}
      </ul>
    </div>
  )
}
