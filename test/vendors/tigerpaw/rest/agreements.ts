import type { Json } from '../../row.ts'
import { notFound } from '../errors.ts'
import { type Agreement, type Charge, chargesOf, hasEnded, type Store } from '../store.ts'
import { pageAskedFor, pageOf } from './paging.ts'
import { type RestCall, rowOf } from './rest-call.ts'
import { type SearchType, simpleSearch } from './search.ts'

export function agreementsAnswer(call: RestCall): Json {
  const { account, method, segments } = call
  const { store } = account
  const [first, ...rest] = segments
  if (first === 'search') return searchAnswer(call, rest)
  if (method !== 'GET') throw notFound('The resource')
  if (first === 'account') return ofAccount(call, rest)

  const agreement = rowOf(store.agreements, first, 'Agreement')
  const [part, detailId, ...more] = rest
  if (part === 'additionalcharges' && detailId !== undefined && more.length === 0) {
    const row = rowOf(store.charges, detailId, 'Additional charge')
    if (row.agreement !== agreement.id) throw notFound(`Additional charge ${row.id}`)
    return charge(row, account.externalProduct.name, store)
  }
  const charges = () =>
    chargesOf(store, agreement.id).map((row) => charge(row, account.externalProduct.name, store))
  switch (rest.join('/')) {
    case '':
      return summary(agreement, store)
    case 'details':
      return {
        AgreementNumber: agreement.id,
        Account: { Name: accountName(agreement, store) },
        PrimaryPhone: null,
        Agreement: body(agreement, store),
        AdditionalCharges: charges(),
        CoveredAssetTypes: [],
        CustomerAssetTypes: [],
        InternalComments: null,
        Invoices: 0,
      }
    case 'additionalcharges':
      return charges()
  }
  throw notFound('The resource')
}

/** All at once, as the vendor documents no paging here; in pages where they are asked for. */
function ofAccount(call: RestCall, [number, activeOnly, ...more]: string[]): Json {
  const { account, query, today } = call
  if (more.length > 0) throw notFound('The resource')
  const onlyActive = (activeOnly ?? query.get('activeonly'))?.toLowerCase() === 'true'
  const rows = account.store.agreements
    .all()
    .filter((row) => row.account === Number(number) && !(onlyActive && hasEnded(row, today)))
  const isPaged = [...query.keys()].some((name) => name.endsWith('pagesize'))
  const page = isPaged ? pageAskedFor(call) : { size: Math.max(1, rows.length), start: 1 }
  return agreementPage(call, rows, page)
}

const simpleTypes: Readonly<Record<string, SearchType<Agreement>>> = {
  agreementnumber: { values: ({ id }) => [id] },
  externalproduct: { values: ({ externalProduct }) => [externalProduct] },
}

function searchAnswer(call: RestCall, by: string[]): Json {
  const type = simpleTypes[by.join('/')]
  if (!type || call.method !== 'POST') throw notFound('The resource')
  const rows = simpleSearch(call.account.store.agreements.all(), type, call.body)
  return agreementPage(call, rows, pageAskedFor(call))
}

function agreementPage(
  { account }: RestCall,
  rows: Agreement[],
  page: { size: number; start: number },
): Json {
  const { store, options } = account
  return pageOf('Agreements', rows, (row) => summary(row, store), page, options.lastPage)
}

function summary(agreement: Agreement, store: Store): Json {
  return {
    AgreementNumber: agreement.id,
    AccountName: accountName(agreement, store),
    PrimaryPhone: null,
    Agreement: body(agreement, store),
    AdditionalCharges: chargesOf(store, agreement.id).length,
    CoveredAssetTypes: 0,
    CustomerAssetTypes: 0,
    InternalComments: null,
    Invoices: 0,
  }
}

function body(agreement: Agreement, store: Store): Json {
  const total = chargesOf(store, agreement.id).reduce((sum, row) => sum + row.quantity * row.price, 0)
  return {
    AccountNumber: agreement.account,
    ExternalProduct: agreement.externalProduct,
    StartDate: midnight(agreement.startDate),
    EndDate: midnight(agreement.endDate),
    Type: agreement.type,
    SalesTaxCode: null,
    ContractNumber: null,
    LastBilledDate: null,
    LastPolledDate: null,
    AutomatedBilling: true,
    BillingPeriod: 1,
    BillingPeriodDescription: 'Monthly',
    NextBillingPeriod: midnight(agreement.nextBillingPeriod),
    DayToBill: 1,
    TotalPrice: Math.round(total * 100) / 100,
    TotalCost: 0,
    DateCreated: midnight(agreement.startDate),
    AgreementBillTo: null,
  }
}

function charge(row: Charge, programName: string, store: Store): Json {
  return {
    DetailId: row.id,
    SpecialItemId: row.itemId,
    ItemDescription: row.description,
    Quantity: row.quantity,
    Price: row.price,
    PriceLevel: row.priceLevel,
    PriceLevelDescription: store.priceLevels.get(row.priceLevel)?.description ?? null,
    Source: row.submitted ? 1 : 0,
    SourceDescription: row.submitted ? programName : null,
    PrintWhenQuantityZero: row.printWhenQuantityZero,
    DeleteAfterInvoicing: row.deleteAfterInvoicing,
    DateAdded: row.addedAt,
    UseFlatPrice: row.useFlatPrice,
  }
}

function accountName({ account }: Agreement, store: Store): string | null {
  return store.accounts.get(account)?.name ?? null
}

function midnight(day: string | null): string | null {
  return day === null ? null : `${day}T00:00:00`
}
