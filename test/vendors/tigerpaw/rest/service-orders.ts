import type { Json } from '../../row.ts'
import { notFound, Refused } from '../errors.ts'
import { inStatus, notesOf, type OrderNote, type ServiceOrder, type Store } from '../store.ts'
import { changedOrder, newOrder, noteText } from './order-values.ts'
import { pageAskedFor, pageOf } from './paging.ts'
import { type RestCall, rowOf } from './rest-call.ts'
import { advancedSearch, type SearchTypes, simpleSearch } from './search.ts'

export function serviceOrdersAnswer(call: RestCall): Json {
  const { account, method, segments } = call
  const { store } = account
  const [first, ...rest] = segments
  if (first === undefined && method === 'POST') return created(call)
  if (first === 'search') return searchAnswer(call, rest)
  if (first === 'account' && method === 'GET') return ofAccount(call, rest)
  const order = rowOf(store.serviceOrders, first, 'Service order')
  switch (`${method} ${rest.join('/')}`) {
    case 'GET ':
      return summary(order, store)
    case 'PUT ':
      return changed(call, order)
    case 'GET notes':
      return pageOf('Notes', notesOf(store, order.id), note, pageAskedFor(call), account.options.lastPage)
    case 'POST notes':
      return noted(call, order)
  }
  throw notFound('The resource')
}

function created({ account, body, now }: RestCall): Json {
  assertWelcome(account.takeRefusal())
  const order = account.store.serviceOrders.insert(newOrder(account.store, body, now))
  return { ServiceOrderSummary: summary(order, account.store), Success: true, Message: null }
}

function changed({ account, body, now }: RestCall, order: ServiceOrder): Json {
  assertWelcome(account.takeRefusal())
  assertFree(order)
  const { status, ...values } = changedOrder(account.store, body)
  const withValues = { ...order, ...values }
  const row = status === undefined ? withValues : inStatus(withValues, status, now)
  account.store.serviceOrders.put(row)
  return { ServiceOrderSummary: summary(row, account.store), Success: true, Message: null }
}

function noted({ account, body, now }: RestCall, order: ServiceOrder): Json {
  assertWelcome(account.takeRefusal())
  assertFree(order)
  const row = account.store.orderNotes.insert({
    order: order.id,
    ...noteText(body),
    rep: order.takenBy,
    createdAt: now,
  })
  return { Note: note(row), Success: true, Message: null }
}

function assertWelcome(refusal: string | null): void {
  if (refusal !== null) throw new Refused(refusal)
}

/** That a locked order takes no notes either is the emulator's choice. */
function assertFree({ id, lockedBy, voidedAt }: ServiceOrder): void {
  if (lockedBy !== null) throw new Refused(`Service order ${id} is locked by ${lockedBy.repName}.`)
  if (voidedAt !== null) throw new Refused(`Service order ${id} has been voided.`)
}

/** That a search leaves out voided orders is the emulator's choice. */
function searchAnswer(call: RestCall, by: string[]): Json {
  const { account, method, body } = call
  if (method !== 'POST') throw notFound('The resource')
  const rows = account.store.serviceOrders.all().filter(({ voidedAt }) => voidedAt === null)
  const shown = (order: ServiceOrder) => summary(order, account.store)
  if (by.length === 0) {
    const found = advancedSearch(rows, searchTypes, body)
    return pageOf('ServiceOrders', found.rows, shown, found.page, account.options.lastPage)
  }
  const type = searchTypes[simpleTypes.get(by.join('/')) ?? '']
  if (!type) throw notFound('The resource')
  const found = simpleSearch(rows, type, body)
  return pageOf('ServiceOrders', found, shown, pageAskedFor(call), account.options.lastPage)
}

function ofAccount(call: RestCall, [number, excludeVoided, ...more]: string[]): Json {
  const { account, query } = call
  if (more.length > 0) throw notFound('The resource')
  const { id } = rowOf(account.store.accounts, number, 'Account')
  const withoutVoided = (excludeVoided ?? query.get('excludevoided'))?.toLowerCase() === 'true'
  const rows = account.store.serviceOrders
    .all()
    .filter((order) => order.account === id && !(withoutVoided && order.voidedAt !== null))
  const shown = (order: ServiceOrder) => summary(order, account.store)
  return pageOf('ServiceOrders', rows, shown, pageAskedFor(call), account.options.lastPage)
}

const simpleTypes = new Map([
  ['reference', 'Reference'],
  ['serviceordernumber', 'ServiceOrderNumber'],
])

const unkept = { values: () => [] }

const searchTypes: SearchTypes<ServiceOrder> = {
  ServiceOrderNumber: { values: ({ id }) => [id] },
  Reference: { values: ({ reference }) => (reference === null ? [] : [reference]) },
  AccountNumber: { values: ({ account }) => [account] },
  Status: { values: ({ status }) => [status] },
  Type: { values: ({ type }) => (type === null ? [] : [type]) },
  InvoiceNumber: unkept,
  ItemID: unkept,
  AgreementNumber: unkept,
  CustomerPurchaseOrder: unkept,
  ExternalProduct: unkept,
  ExternalTicket: unkept,
  Profile: unkept,
  Resolution: unkept,
  Symptom: unkept,
  CustomField: unkept,
}

function summary(order: ServiceOrder, store: Store): Json {
  const { lockedBy } = order
  const technician = order.technician === null ? undefined : store.reps.get(order.technician)
  return {
    ServiceOrderNumber: order.id,
    ServiceOrder: body(order),
    AccountName: store.accounts.get(order.account)?.name ?? null,
    PhoneNumber: null,
    ContactName: null,
    PrimaryTechnicianName: technician ? `${technician.firstName} ${technician.lastName}` : null,
    ExternalProductName: null,
    OpenTasks: 0,
    Notes: notesOf(store, order.id).length,
    ServiceOrderLock:
      lockedBy === null ? null : { LockingRepNumber: lockedBy.repNumber, LockingRepName: lockedBy.repName },
  }
}

function body(order: ServiceOrder): Json {
  return {
    AccountNumber: order.account,
    ContactNumber: null,
    InvoiceNumber: null,
    TechnicianAssigned: order.technician,
    TakenBy: order.takenBy,
    Priority: order.priority,
    ServiceOrderType: order.type,
    Status: order.status,
    DispatchBoardNumber: order.board,
    Reference: order.reference,
    BriefDescription: order.briefDescription,
    WorkRequested: order.workRequested,
    WorkPerformed: null,
    InternalComments: null,
    ManagedServiceProviderAlertId: null,
    DateTimeReceived: order.openedAt,
    DateTimeOpened: order.openedAt,
    DateTimeClosed: order.closedAt,
    VoidBy: order.voidedAt === null ? null : 1,
    VoidDate: order.voidedAt,
    VoidReason: null,
  }
}

function note({ id, topic, note: text, rep, createdAt }: OrderNote): Json {
  return {
    ServiceOrderNoteNumber: id,
    Topic: topic,
    Note: text,
    DateCreated: createdAt,
    StartTime: null,
    LastModified: createdAt,
    EmailTo: null,
    EmailCarbonCopy: null,
    RepNumber: rep,
    RepName: null,
  }
}
