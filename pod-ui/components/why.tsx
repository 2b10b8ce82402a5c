import type { InferResponseType } from 'hono/client'
import { useId, useState } from 'preact/hooks'
import { api, answerOf, fileOf } from '../api.ts'
import { download } from '../download.ts'
import { count, day, difference, instant } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { quantityText } from '../words/quantity.ts'
import { words } from '../words/words.ts'
import { Action } from './action.tsx'
import { Dialog } from './dialog.tsx'
import { Notice, Shown } from './states.tsx'

type Evidence = Exclude<InferResponseType<typeof api.evidence.$get, 200>, ReadableStream>
type Comparison = Exclude<InferResponseType<typeof api.evidence.compare.$get, 200>, ReadableStream>

export interface Line {
  connection: string
  agreementId: string
  productId: string
}

/** A button that explains a number, and the explanation. */
export function Why({
  line,
  title,
  number,
  countedOn = null,
}: {
  line: Line
  /** Of the company. */
  title: string
  number: number
  /** The day that the number comes from; null where it is from now. */
  countedOn?: string | null
}) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {words.why.button(count(number))}
        <span class="visually-hidden"> {title}</span>
      </button>
      {open && (
        <Dialog title={words.why.title(title, count(number))} onClose={() => setOpen(false)} wide>
          <Explanation line={line} countedOn={countedOn} />
        </Dialog>
      )}
    </>
  )
}

function Explanation({ line, countedOn }: { line: Line; countedOn: string | null }) {
  const query = { connection: line.connection, agreement: line.agreementId, product: line.productId }
  const evidence = useLoaded(JSON.stringify([line, countedOn]), (signal) =>
    answerOf(
      api.evidence.$get(
        { query: { ...query, ...(countedOn === null ? {} : { day: countedOn }) } },
        { init: { signal } },
      ),
    ),
  )
  const path = `/api/evidence?${new URLSearchParams({ ...query, ...(countedOn === null ? {} : { day: countedOn }) })}`
  return (
    <>
      <Shown of={evidence.now} again={() => void evidence.reload()} lines={6}>
        {(found) => <Counted evidence={found} />}
      </Shown>
      <Compared query={query} from={countedOn} />
      <div>
        <Action run={async () => download(await fileOf(path, 'text/csv'), 'evidence.csv')}>
          {words.actions.downloadCsv}
        </Action>
      </div>
    </>
  )
}

function Counted({ evidence }: { evidence: Evidence }) {
  const groups = Map.groupBy(evidence.counted, (item) => titleOf(item, evidence.sources))
  return (
    <>
      <p>
        {words.why.counted(quantityText(evidence.quantity, evidence.units), day(evidence.day))}
        {evidence.readAt !== null && ` ${words.why.readAt(instant(evidence.readAt))}`}
        {evidence.billed !== null &&
          evidence.billed !== evidence.quantity &&
          ` ${words.why.billedThen(count(evidence.billed))}`}
      </p>
      {!evidence.complete && <Notice tone="warn">{words.why.incomplete}</Notice>}
      {evidence.sources.map((stated) => (
        <Stated
          key={`${stated.tenant} ${stated.application} ${stated.category}`}
          stated={stated}
          evidence={evidence}
        />
      ))}
      {[...groups].map(([title, items]) => (
        <Items key={title} title={title} items={items} />
      ))}
      {evidence.leftOut.length > 0 && (
        <section class="section">
          <h3>
            {words.why.leftOut} <span class="badge">{count(evidence.leftOut.length)}</span>
          </h3>
          <ul class="devices">
            {evidence.leftOut.map(({ id, name, application, reason }) => (
              <li key={`${id} ${application} ${reason}`}>
                {name} <span class="badge">{leftOutText(reason)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

type Source = Evidence['sources'][number]

const isOf = (source: Source) => (item: { tenant: string; application: string; category: string }) =>
  item.tenant === source.tenant &&
  item.application === source.application &&
  item.category === source.category

/** How users were computed, or that fewer things are named than there are. */
function Stated({ stated, evidence }: { stated: Source; evidence: Evidence }) {
  const { basis, quantity, unit } = stated
  const number = words.units[unit](quantity)
  if (basis !== null) {
    const computers = count(basis.workstations + basis.servers)
    return <p>{words.why.computed(number, computers, count(basis.other))}</p>
  }
  const named = evidence.counted.filter(isOf(stated))
  const isNamed = named.length > 0 && named.every((item) => item.quantity === undefined)
  if (!isNamed || named.length === quantity) return null
  return <Notice tone="warn">{words.why.namesOnly(number, count(named.length))}</Notice>
}

/** What stands in a group: devices by category, else users or mailboxes. */
function titleOf(item: Evidence['counted'][number], sources: Source[]): string {
  if (item.category !== 'all') return words.categories[item.category]
  const source = sources.find((one) => isOf(one)(item))
  const isDevices = source === undefined || (source.basis !== null && item.quantity === undefined)
  return isDevices ? words.categories.all : words.unitTitles[source.unit]
}

/** A long list is opened by those who want it. */
const fewShown = 30

function Items({ title, items }: { title: string; items: Evidence['counted'] }) {
  return (
    <section class="section">
      <h3>
        {title} <span class="badge">{count(items.reduce((sum, { quantity = 1 }) => sum + quantity, 0))}</span>
      </h3>
      <Devices items={items.slice(0, fewShown)} />
      {items.length > fewShown && (
        <details>
          <summary>{words.why.others(count(items.length - fewShown))}</summary>
          <Devices items={items.slice(fewShown)} />
        </details>
      )}
    </section>
  )
}

function Devices({ items }: { items: Evidence['counted'] }) {
  return (
    <ul class="devices">
      {items.map((item) => (
        <li key={`${item.id} ${item.application} ${item.tenant}`}>
          {nameOf(item)} <span class="quiet">{words.why.since(day(item.since))}</span>
        </li>
      ))}
    </ul>
  )
}

/** What changed since the number was counted, or since a day of choice. */
function Compared({
  query,
  from,
}: {
  query: { connection: string; agreement: string; product: string }
  from: string | null
}) {
  const id = useId()
  const [since, setSince] = useState(from === null ? '' : comparedAtFirst(from))
  const compared = useLoaded(since, async (signal) =>
    since === ''
      ? null
      : answerOf(api.evidence.compare.$get({ query: { ...query, from: since } }, { init: { signal } })),
  )
  return (
    <section class="section">
      <h3>{words.why.changed}</h3>
      <div class="field">
        <label class="field-label" for={id}>
          {words.why.comparedWith}
        </label>
        <input id={id} type="date" value={since} onChange={(event) => setSince(event.currentTarget.value)} />
      </div>
      <Shown of={compared.now} again={() => void compared.reload()} lines={2}>
        {(comparison) => (comparison === null ? null : <Difference of={comparison} />)}
      </Shown>
    </section>
  )
}

/** The day of the number; where that is today, nothing can have changed since, but something did to get there. */
function comparedAtFirst(countedOn: string): string {
  const now = new Date()
  const today = new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()))
  if (countedOn < today.toISOString().slice(0, 10)) return countedOn
  today.setUTCDate(today.getUTCDate() - 1)
  return today.toISOString().slice(0, 10)
}

/** A thing by its name; a report that stands for a number in the reader's own words. */
function nameOf({ name, quantity, stated }: Evidence['counted'][number]): string {
  if (stated === undefined || quantity === undefined) return name
  return words.why.stated[stated.origin](day(stated.asOf), words.units[stated.unit](quantity))
}

function Difference({ of: { from, to, moved, ...of } }: { of: Comparison }) {
  const by = to.quantity - from.quantity
  const isNamed = ({ stated }: { stated?: unknown }) => stated === undefined
  const [added, removed] = [of.added.filter(isNamed), of.removed.filter(isNamed)]
  const names = (items: { name: string }[]) => items.map(({ name }) => name).join(', ')
  if (of.added.length + of.removed.length + moved.length === 0) {
    return <p>{words.why.unchanged(day(from.day))}</p>
  }
  return (
    <>
      <p>{words.why.difference(difference(by), day(from.day))}</p>
      <ul>
        {of.removed
          .filter((item) => !isNamed(item))
          .map((item) => (
            <li key={item.id}>{words.why.statedBefore(nameOf(item))}</li>
          ))}
        {of.added
          .filter((item) => !isNamed(item))
          .map((item) => (
            <li key={item.id}>{words.why.statedNow(nameOf(item))}</li>
          ))}
        {added.length > 0 && <li>{words.why.added(count(added.length), names(added))}</li>}
        {removed.length > 0 && <li>{words.why.removed(count(removed.length), names(removed))}</li>}
        {moved.map((one) => (
          <li key={`${one.id} ${one.application}`}>
            {words.why.moved(one.name, words.categories[one.from], words.categories[one.to])}
          </li>
        ))}
      </ul>
    </>
  )
}

function leftOutText(reason: string): string {
  const known: Record<string, string> = words.why.reasons
  return known[reason] ?? reason
}
