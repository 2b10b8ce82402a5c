import { useId } from 'preact/hooks'
import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Combobox, type Options } from '../components/combobox.tsx'
import { Rows } from '../components/rows.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { Switch } from '../components/switch.tsx'
import { createDrafts } from '../drafts.ts'
import { count } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import { psaConnection } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { words } from '../words/words.ts'

type Body = InferResponseType<(typeof api)['product-mappings']['$get'], 200>
type Application = Body['applications'][number]
type Products = Application['products']
type Category = keyof Products

/** Of applications by their key, and of the switch by `billByCategory`. */
const drafts = createDrafts<Products | boolean>()
const modeKey = 'billByCategory'
const categories = ['workstation', 'server', 'other'] as const

/** Names of products that were chosen here and that the Worker did not name yet. */
const chosenNames = new Map<string, string>()

/** Which product bills which application. */
export function Products() {
  const connection = psaConnection.value
  return (
    <section class="section" aria-labelledby="products-title">
      <h1 id="products-title">{psaWords().productsTab}</h1>
      {connection === null ? (
        <Empty
          action={
            <a class="button" href={hrefOf({ tab: 'settings', rest: ['connections'] })}>
              {words.companies.toConnections}
            </a>
          }
        >
          {words.products.noPsa}
        </Empty>
      ) : (
        <ProductsOf key={connection} connection={connection} />
      )}
    </section>
  )
}

function ProductsOf({ connection }: { connection: string }) {
  const loading = useLoaded(connection, (signal) =>
    answerOf(api['product-mappings'].$get({ query: { connection } }, { init: { signal } })),
  )
  return (
    <Shown of={loading.now} again={() => void loading.reload()} lines={6}>
      {(body) => (
        <>
          <Mode stored={body.billByCategory} />
          <Table body={body} />
          <SaveBar
            drafts={drafts}
            save={() => save(connection)}
            reload={loading.reload}
            nameOf={(key) =>
              key === modeKey
                ? words.products.billByCategory
                : (body.applications.find((one) => one.key === key)?.name ?? key)
            }
            textOf={(value) => productsText(value, body)}
          />
        </>
      )}
    </Shown>
  )
}

function Mode({ stored }: { stored: boolean }) {
  const id = useId()
  return (
    <div>
      <Switch
        label={words.products.billByCategory}
        on={drafts.of(modeKey, stored) === true}
        disabled={!mayEdit()}
        describedBy={id}
        onChange={(on) => drafts.change(modeKey, stored, on)}
      />
      <p id={id} class="quiet">
        {words.products.billByCategoryHint}
      </p>
    </div>
  )
}

function Table({ body }: { body: Body }) {
  const byCategory = drafts.of(modeKey, body.billByCategory) === true
  return (
    <Rows
      label={psaWords().productsTab}
      rows={body.applications}
      keyOf={({ key }) => key}
      estimate={byCategory ? 190 : 64}
      rowClass={({ key }) => (drafts.all.value.has(key) ? 'changed' : '')}
      columns={[
        {
          key: 'application',
          title: words.products.application,
          isHeader: true,
          cell: ({ name, unit, inUse }) => (
            <>
              {name}
              <p class="quiet">
                {inUse === 0 ? words.products.notInUse(unit) : words.products.inUse(words.units[unit](inUse))}
              </p>
            </>
          ),
        },
        {
          key: 'product',
          title: psaWords().product,
          cell: (application) => (
            <ProductCell connection={body.connection} application={application} byCategory={byCategory} />
          ),
        },
        {
          key: 'status',
          title: words.companies.status,
          cell: ({ unbilled, inUse }) =>
            unbilled ? <p class="attention">{words.products.unbilled(count(inUse))}</p> : null,
        },
      ]}
    />
  )
}

/** One product, or one for each category. */
function ProductCell({
  connection,
  application,
  byCategory,
}: {
  connection: string
  application: Application
  byCategory: boolean
}) {
  const field = (category: Category, label: string, hideLabel: boolean) => (
    <ProductField
      key={category}
      connection={connection}
      application={application}
      category={category}
      label={label}
      hideLabel={hideLabel}
    />
  )
  if (!byCategory || !application.split) {
    return (
      <>
        {field('all', `${psaWords().product}: ${application.name}`, true)}
        {byCategory && !application.split && <p class="quiet">{words.products.notSplit[application.unit]}</p>}
      </>
    )
  }
  return (
    <div class="product-categories">
      {categories.map((category) => field(category, words.categories[category], false))}
    </div>
  )
}

function ProductField({
  connection,
  application,
  category,
  label,
  hideLabel,
}: {
  connection: string
  application: Application
  category: Category
  label: string
  hideLabel: boolean
}) {
  const now = productsNow(application)
  const id = now[category]
  const change = (next: string | null) =>
    drafts.change(application.key, application.products, { ...now, [category]: next })
  const named = (product: string) => application.names[product] ?? chosenNames.get(product) ?? `#${product}`

  if (!mayEdit()) {
    return (
      <p>
        {!hideLabel && <span class="quiet">{label}: </span>}
        {id === null ? words.products.notMapped : named(id)}
      </p>
    )
  }
  return (
    <Combobox
      label={label}
      hideLabel={hideLabel}
      placeholder={words.products.selectProduct}
      value={id === null ? null : { id, name: named(id) }}
      search={(text, signal) => products(connection, text, signal)}
      onChoose={(option) => {
        chosenNames.set(option.id, option.name)
        change(option.id)
      }}
      onClear={() => change(null)}
    />
  )
}

function productsNow({ key, products: stored }: Application): Products {
  const now = drafts.of(key, stored)
  return typeof now === 'boolean' ? stored : now
}

async function products(connection: string, search: string, signal: AbortSignal): Promise<Options> {
  const found = await answerOf(
    api.products.$get({ query: { connection, search, limit: '50' } }, { init: { signal } }),
  )
  return { items: found.items, more: found.nextCursor !== null }
}

async function save(connection: string): Promise<number> {
  const all = [...drafts.all.value]
  const mode = drafts.all.value.get(modeKey)
  const rows = all.flatMap(([application, { before, after }]) =>
    typeof before === 'boolean' || typeof after === 'boolean' ? [] : [{ application, before, after }],
  )
  const billByCategory =
    mode === undefined ? {} : { billByCategory: { before: mode.before === true, after: mode.after === true } }
  return (await answerOf(api['product-mappings'].$put({ json: { connection, rows, ...billByCategory } })))
    .changes
}

function productsText(value: Products | boolean, { applications }: Body): string {
  if (typeof value === 'boolean') return value ? words.products.on : words.products.off
  const names = new Map(applications.flatMap((one) => Object.entries(one.names)))
  const text = (['all', ...categories] as const).flatMap((category) => {
    const id = value[category]
    return id === null
      ? []
      : [`${words.categories[category]}: ${names.get(id) ?? chosenNames.get(id) ?? `#${id}`}`]
  })
  return text.length === 0 ? words.products.notMapped : text.join(' · ')
}
