import * as z from 'zod'
import type { Json } from '../../row.ts'
import { notFound, Refused } from '../errors.ts'
import { type AccountRecord, type CrossReference, crossReferencesOf, type Store } from '../store.ts'
import { pageAskedFor, pageOf } from './paging.ts'
import { type RestCall, rowOf } from './rest-call.ts'
import { advancedSearch, type SearchTypes, simpleSearch } from './search.ts'

export function accountsAnswer(call: RestCall): Json {
  const { account, method, segments, query, body } = call
  const { store } = account
  const [number, ...rest] = segments
  if (number === 'search') return searchAnswer(call, rest)
  const row = rowOf(store.accounts, number, 'Account')
  switch (`${method} ${rest.join('/')}`) {
    case 'GET ':
      return summary(row)
    case 'GET details':
      return {
        AccountNumber: row.id,
        Account: summary(row).Account,
        Accounting: accounting,
        ExternalProducts: crossReferencesOf(store, row.id).map((of) => crossReference(of, store)),
        ParentAccountNumber: null,
        CustomFields: [],
      }
    case 'GET accounting':
      return { AccountNumber: row.id, Detail: accounting, ShipTos: [], BillTos: [], PayMethods: [] }
    case 'GET service/externalproducts':
      return crossReferencesOf(store, row.id).map((of) => crossReference(of, store))
    case 'POST service/externalproducts':
      return {
        ExternalProduct: crossReference(linked(store, row.id, body), store),
        Success: true,
        Message: null,
      }
    case 'DELETE service/externalproducts':
      store.crossReferences.remove(ownReference(store, row.id, query.get('id')).id)
      return { Success: true, Message: null }
  }
  const [service, externalProducts, id, ...more] = rest
  if (
    method === 'GET' &&
    `${service}/${externalProducts}` === 'service/externalproducts' &&
    more.length === 0
  ) {
    return crossReference(ownReference(store, row.id, id), store)
  }
  throw notFound('The resource')
}

function searchAnswer(call: RestCall, by: string[]): Json {
  const { account, method, body } = call
  if (method !== 'POST') throw notFound('The resource')
  const types = searchTypes(account.store)
  const rows = account.store.accounts.all()
  if (by.length === 0) {
    const found = advancedSearch(rows, types, body)
    return pageOf('Accounts', found.rows, summary, found.page, account.options.lastPage)
  }
  const type = types[simpleTypes.get(by.join('/')) ?? '']
  if (!type) throw notFound('The resource')
  const found = simpleSearch(rows, type, body)
  return pageOf('Accounts', found, summary, pageAskedFor(call), account.options.lastPage)
}

const simpleTypes = new Map(
  ['AccountNumber', 'AccountId', 'AccountStatus', 'AccountType', 'ExternalId'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
).set('name', 'AccountName')

function searchTypes(store: Store): SearchTypes<AccountRecord> {
  const unkept = { values: () => [] }
  return {
    AccountName: { values: ({ name }) => [name] },
    AccountNumber: { values: ({ id }) => [id] },
    AccountId: { values: ({ accountId }) => [accountId] },
    AccountType: { values: ({ type }) => [type] },
    AccountStatus: { values: ({ status }) => [status] },
    ExternalId: { values: ({ id }) => crossReferencesOf(store, id).map(({ externalId }) => externalId) },
    ExternalProduct: {
      values: ({ id }) => crossReferencesOf(store, id).map((of) => productName(of, store)),
    },
    Agreement: {
      values: ({ id }) =>
        store.agreements
          .all()
          .filter(({ account }) => account === id)
          .map(({ type }) => type),
    },
    AccountNameSoundsLike: unkept,
    Address: unkept,
    PostalCode: unkept,
    Email: unkept,
    PhoneNumber: unkept,
    ContactName: unkept,
    CustomField: unkept,
  }
}

const accounting = {
  SalesTaxCode: 'Standard',
  DefaultPriceLevel: null,
  DefaultPriceLevelId: null,
  DefaultTerms: null,
  CreditHold: false,
}

function summary({ id, name, accountId, type, status }: AccountRecord) {
  return {
    AccountNumber: id,
    Account: {
      Name: name,
      AccountId: accountId,
      Address1: null,
      City: null,
      PostalCode: null,
      AccountType: type,
      Status: status,
      RepNumber: 1,
      PrimaryContactNumber: null,
      IsVendor: false,
    },
    PhoneNumber: null,
    PrimaryContactName: null,
    ParentAccountNumber: null,
  }
}

function crossReference(of: CrossReference, store: Store): Json {
  return {
    AccountExternalProductId: of.id,
    ExternalProductId: of.externalProduct,
    ExternalProduct: productName(of, store),
    ExternalId: of.externalId,
    ExternalSystemId: of.externalSystemId,
    Comment: of.comment,
  }
}

function productName({ externalProduct }: CrossReference, store: Store): string {
  return store.externalProducts.get(externalProduct)?.name ?? ''
}

function ownReference(store: Store, account: number, id: string | undefined): CrossReference {
  const row = rowOf(store.crossReferences, id, 'External product')
  if (row.account !== account) throw notFound(`External product ${row.id}`)
  return row
}

const NewReference = z.object({
  ExternalProductId: z.int(),
  ExternalId: z.string().min(1),
  ExternalSystemId: z.string().nullish(),
  Comment: z.string().nullish(),
})

function linked(store: Store, account: number, body: Json | undefined): CrossReference {
  const parsed = NewReference.safeParse(body)
  if (!parsed.success) throw new Refused('ExternalProductId and ExternalId are required.')
  const { ExternalProductId, ExternalId, ExternalSystemId, Comment } = parsed.data
  if (!store.externalProducts.get(ExternalProductId)) {
    throw new Refused(`There is no external product ${ExternalProductId}.`)
  }
  return store.crossReferences.insert({
    account,
    externalProduct: ExternalProductId,
    externalId: ExternalId,
    externalSystemId: ExternalSystemId ?? null,
    comment: Comment ?? null,
  })
}
