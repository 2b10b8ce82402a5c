import type { VendorRequest } from '../../vendor/http.ts'

export interface Right {
  path: string
  /** What its lists hold, in words. */
  records: string
  /** Where an administrator of ConnectWise finds it in a security role. */
  place: string
}

/**
 * Everything a run touches.
 *
 * @see docs/vendors/connectwise.md, "Rights of the API member"
 */
export const rights: Right[] = [
  { path: '/company/companies', records: 'companies', place: 'Companies > Company Maintenance' },
  { path: '/finance/agreements', records: 'agreements', place: 'Finance > Agreements' },
  { path: '/procurement/catalog', records: 'products', place: 'Procurement > Product Catalog' },
]

/** What tickets touch beyond that. Who opens none needs none of it. */
const ticketRights: Right[] = [
  {
    path: '/service/tickets',
    records: 'service tickets',
    place: 'Service Desk > Service Tickets (to close tickets also Close Service Tickets)',
  },
  { path: '/system/members', records: 'members', place: 'System > Member Maintenance' },
]

/** What a member may not do whose call was answered with 403, and how to allow it. */
export function missingRight(method: VendorRequest['method'], path: string): string {
  const right = [...rights, ...ticketRights].find((each) => path.startsWith(each.path))
  if (right === undefined) return 'The API member may not do this; check its security role in ConnectWise.'
  const { verb, level } = needs(method)
  return (
    `The API member may not ${verb} ${right.records}. In ConnectWise open System > Security Roles > the API member's ` +
    `role > ${right.place} and set ${level} to All.`
  )
}

function needs(method: VendorRequest['method']): { verb: string; level: string } {
  switch (method) {
    case 'GET':
      return { verb: 'list', level: 'Inquire' }
    case 'POST':
      return { verb: 'add to', level: 'Add' }
    case 'PATCH':
    case 'PUT':
      return { verb: 'change', level: 'Edit' }
    case 'DELETE':
      return { verb: 'delete', level: 'Delete' }
  }
}
