import { api, answerOf } from './api.ts'
import type { Option, Options } from './components/combobox.tsx'
import { day } from './format.ts'
import { words } from './words/words.ts'

const limit = '50'

interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** Companies for a tenant; those that others have are shown, and not to be chosen. */
export async function companiesFor(
  connection: string,
  tenant: string,
  search: string,
  signal: AbortSignal,
): Promise<Options> {
  const query = { connection, tenant, search, limit }
  return optionsOf(
    await answerOf(api['company-choices'].$get({ query }, { init: { signal } })),
    ({ id, name, takenBy }) => ({
      id,
      name,
      ...(takenBy === null ? {} : { disabled: true, note: words.combobox.mappedTo(takenBy.name) }),
    }),
  )
}

export async function companies(connection: string, search: string, signal: AbortSignal): Promise<Options> {
  return optionsOf(
    await answerOf(api.companies.$get({ query: { connection, search, limit } }, { init: { signal } })),
  )
}

/** The agreements of one company, with the days on which they begin and end. */
export async function agreements(
  company: { connection: string; id: string },
  search: string,
  signal: AbortSignal,
): Promise<Options> {
  const query = { connection: company.connection, company: company.id, search, limit }
  return optionsOf(
    await answerOf(api.agreements.$get({ query }, { init: { signal } })),
    ({ id, name, startDate, endDate, active }) => {
      const start = startDate === null ? '' : day(startDate)
      const days = endDate === null ? start : `${start} – ${day(endDate)}`
      const note = [active ? '' : words.companies.agreementNotActive, days]
      return { id, name, note: note.filter((text) => text !== '').join(' · ') }
    },
  )
}

export async function products(connection: string, search: string, signal: AbortSignal): Promise<Options> {
  return optionsOf(
    await answerOf(api.products.$get({ query: { connection, search, limit } }, { init: { signal } })),
  )
}

export async function priceLevels(connection: string, search: string, signal: AbortSignal): Promise<Options> {
  return optionsOf(
    await answerOf(api['price-levels'].$get({ query: { connection, search, limit } }, { init: { signal } })),
  )
}

function optionsOf<Item extends { id: string; name: string }>(
  { items, nextCursor }: Page<Item>,
  optionOf: (item: Item) => Option = ({ id, name }) => ({ id, name }),
): Options {
  return { items: items.map(optionOf), more: nextCursor !== null }
}
