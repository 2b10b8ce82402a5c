import { useState } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { Copy } from '../components/copy.tsx'
import { Shown } from '../components/states.tsx'
import { language } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { words } from '../words/words.ts'

/** What to enter in a PSA that frames no pages. */
export function PageSetup({ id }: { id: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="section" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.connections.openFromPsa}</summary>
      {open && <Texts id={id} />}
    </details>
  )
}

function Texts({ id }: { id: string }) {
  const loading = useLoaded(`page ${id}`, (signal) =>
    answerOf(api.connections[':id'].page.$get({ param: { id }, query: { language } }, { init: { signal } })),
  )
  return (
    <Shown of={loading.now} again={() => void loading.reload()} lines={2}>
      {({ address, steps, liveLinks, widget }) => (
        <>
          <Part label={words.connections.address} text={address} steps={steps} />
          {liveLinks.map(({ name, entity, url, steps: linkSteps }) => (
            <Part key={name} label={`LiveLink: ${entity}`} text={url} steps={linkSteps} />
          ))}
          {widget !== null && (
            <Part label="HTML widget" text={widget.html} steps={[...widget.steps, widget.note]} />
          )}
        </>
      )}
    </Shown>
  )
}

function Part({ label, text, steps }: { label: string; text: string; steps: string[] }) {
  return (
    <div class="section">
      <Copy label={label} text={text} />
      {steps.map((step) => (
        <p key={step}>{step}</p>
      ))}
    </div>
  )
}
