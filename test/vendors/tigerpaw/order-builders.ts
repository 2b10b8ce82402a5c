import {
  type DispatchBoard,
  inStatus,
  type NamedEntry,
  named,
  notesOf,
  type OrderStatus,
  type Rep,
  type ServiceOrder,
  type Store,
} from './store.ts'

export interface OrderRecord extends ServiceOrder {
  /** In the order in which they were added. */
  notes: string[]
}

export interface OrderBuilders {
  addBoard(board: { description: string }): DispatchBoard
  addRep(rep: { firstName: string; lastName: string; inactive?: boolean }): Rep
  /** The default one is on every order that names none. */
  addPriority(priority: { name: string; isDefault?: boolean }): NamedEntry
  addOrderType(type: { name: string; isDefault?: boolean }): NamedEntry
  /** There are "Open", "Closed" and "Void" from the start. */
  addOrderStatus(status: { name: string; closes?: boolean }): OrderStatus
  /** Oldest first. */
  serviceOrdersOf(account: number): OrderRecord[]
  setBoardInUse(board: number, inUse: boolean): void
  setOrderStatusByHand(order: number, status: string): void
  removeOrderByHand(order: number): void
  voidOrderByHand(order: number): void
  /** Someone has the order open in the vendor's own screens, until `unlockOrder`. */
  lockOrder(order: number, repName: string): void
  unlockOrder(order: number): void
}

/** Service orders and what they are filed under, as people make them in the vendor's own screens. */
export function createOrderBuilders(store: Store, now: () => Date): OrderBuilders {
  const instant = () => now().toISOString().slice(0, 19)

  function orderOf(id: number): ServiceOrder {
    const order = store.serviceOrders.get(id)
    if (!order) throw new Error(`There is no service order ${id}`)
    return order
  }

  function statusOf(name: string): OrderStatus {
    const status = named(store.orderStatuses.all(), name)
    if (!status) throw new Error(`There is no status ${name}`)
    return status
  }

  return {
    addBoard: ({ description }) => store.boards.insert({ description, inUse: true }),
    addRep: ({ firstName, lastName, inactive }) =>
      store.reps.insert({ firstName, lastName, inactive: inactive ?? false }),
    addPriority: ({ name, isDefault }) => store.priorities.insert({ name, isDefault: isDefault ?? false }),
    addOrderType: ({ name, isDefault }) => store.orderTypes.insert({ name, isDefault: isDefault ?? false }),
    addOrderStatus: ({ name, closes }) =>
      store.orderStatuses.insert({ name, isDefault: false, isSystem: false, closes: closes ?? false }),
    serviceOrdersOf: (account) =>
      store.serviceOrders
        .all()
        .filter((order) => order.account === account)
        .map((order) => ({ ...order, notes: notesOf(store, order.id).map(({ note }) => note) })),
    setBoardInUse(board, inUse) {
      const row = store.boards.get(board)
      if (!row) throw new Error(`There is no board ${board}`)
      store.boards.put({ ...row, inUse })
    },
    setOrderStatusByHand(order, status) {
      store.serviceOrders.put(inStatus(orderOf(order), statusOf(status), instant()))
    },
    removeOrderByHand(order) {
      store.serviceOrders.remove(orderOf(order).id)
    },
    voidOrderByHand(order) {
      store.serviceOrders.put({ ...orderOf(order), status: statusOf('Void').name, voidedAt: instant() })
    },
    lockOrder(order, repName) {
      store.serviceOrders.put({ ...orderOf(order), lockedBy: { repNumber: 7, repName } })
    },
    unlockOrder(order) {
      store.serviceOrders.put({ ...orderOf(order), lockedBy: null })
    },
  }
}
