import { useId } from 'preact/hooks'
import { api, answerOf } from '../api.ts'
import { products } from '../choices.ts'
import { Combobox } from '../components/combobox.tsx'
import { PsaChoice } from '../components/psa-choice.tsx'
import { Rows } from '../components/rows.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Empty, Shown } from '../components/states.tsx'
import { Switch } from '../components/switch.tsx'
import { count } from '../format.ts'
import { useLoaded } from '../loaded.ts'
import {
  type Application,
  type Body,
  categories,
  type Category,
  draftsOf,
  modeKey,
  productName,
  productsNow,
  productsText,
  rememberProduct,
  saveProductDrafts,
} from '../product-mapping.ts'
import { psaConnection } from '../psa.ts'
import { hrefOf } from '../route.ts'
import { mayEdit } from '../sign-in.ts'
import { psaWords } from '../words/psa.ts'
import { quantityText } from '../words/quantity.ts'
import { words } from '../words/words.ts'

/** Which product bills which application. */
export function Products() {
  const connection = psaConnection.value
  return (
    <section class="section" aria-labelledby="products-title">
      <div class="toolbar">
        <h1 id="products-title">{psaWords().productsTab}</h1>
        <PsaChoice />
      </div>
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
          <Mode body={body} />
          <Table body={body} />
          <SaveBar
            drafts={draftsOf(connection)}
            save={() => saveProductDrafts(connection)}
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

function Mode({ body: { connection, billByCategory: stored } }: { body: Body }) {
  const id = useId()
  const drafts = draftsOf(connection)
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
        {words.products.billByCategoryHint(psaWords().productNoun)}
      </p>
    </div>
  )
}

function Table({ body }: { body: Body }) {
  const drafts = draftsOf(body.connection)
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
          cell: ({ name, unit, units, inUse }) => (
            <>
              {name}
              <p class="quiet">
                {inUse === 0
                  ? words.products.notInUse(unit)
                  : words.products.inUse(quantityText(inUse, units))}
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
            unbilled ? (
              <p class="attention">{words.products.unbilled(count(inUse), psaWords().productNoun)}</p>
            ) : null,
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
        {byCategory && !application.split && (
          <p class="quiet">{words.products.notSplit(psaWords().productNoun)[application.unit]}</p>
        )}
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
  const now = productsNow(connection, application)
  const id = now[category]
  const change = (next: string | null) =>
    draftsOf(connection).change(application.key, application.products, { ...now, [category]: next })
  const named = (product: string) => productName(connection, application.names, product)

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
      placeholder={words.companies.choose(psaWords().productNoun)}
      value={id === null ? null : { id, name: named(id) }}
      search={(text, signal) => products(connection, text, signal)}
      onChoose={(option) => {
        rememberProduct(connection, option)
        change(option.id)
      }}
      onClear={() => change(null)}
    />
  )
}
