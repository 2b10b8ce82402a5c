import type { Account, Call } from '../../vendors/tigerpaw/account.ts'
import type { SideDesk } from './desk.ts'

export function tigerpawDesk(account: Account): SideDesk {
  const board = account.addBoard({ description: 'Security' }).id
  const assignee = account.addRep({ firstName: 'Jane', lastName: 'Doe' }).id
  const priority = account.addPriority({ name: 'High' }).name
  const type = account.addOrderType({ name: 'Remote' }).name
  const otherStatus = account.addOrderStatus({ name: 'In progress' }).name
  return {
    filing: { board: `${board}`, status: 'Open', priority, type, assignee: `${assignee}` },
    closedStatus: 'Closed',
    otherStatus,
    tickets: (companyId) =>
      account.serviceOrdersOf(Number(companyId)).map((order) => ({
        id: `${order.id}`,
        title: order.briefDescription,
        text: order.workRequested ?? '',
        status: order.status,
        board: `${order.board ?? ''}`,
        priority: order.priority,
        type: order.type,
        assignee: order.technician === null ? null : `${order.technician}`,
        notes: order.notes,
      })),
    setStatusByHand: (id, status) => account.setOrderStatusByHand(Number(id), status),
    removeByHand: (id) => account.removeOrderByHand(Number(id)),
    setBoardInUse: (inUse) => account.setBoardInUse(board, inUse),
    setLocked(id, isLocked) {
      if (isLocked) account.lockOrder(Number(id), 'Jane Doe')
      else account.unlockOrder(Number(id))
    },
  }
}

/** Searches are sent by POST too. */
export function isOrderWrite({ method, path }: Pick<Call, 'method' | 'path'>): boolean {
  return method !== 'GET' && path.startsWith('/api/serviceorders') && !path.includes('/search')
}
