export type Action = 'inquire' | 'add' | 'edit' | 'delete'

/** Module and function of a security role, as far as the emulated resources ask for one. */
export type Area =
  | [module: 'Companies', name: 'Company Maintenance']
  | [module: 'Finance', name: 'Agreements']
  | [module: 'Procurement', name: 'Product Catalog']
  | [module: 'Service Desk', name: 'Service Tickets']
  | [module: 'Service Desk', name: 'Close Service Tickets']
  | [module: 'System', name: 'Member Maintenance']
  | [module: 'System', name: 'Table Setup']

export interface Rights {
  allows(area: Area, action: Action): boolean
  allow(...right: [...Area, Action]): void
  deny(...right: [...Area, Action]): void
}

const areas: Area[] = [
  ['Companies', 'Company Maintenance'],
  ['Finance', 'Agreements'],
  ['Procurement', 'Product Catalog'],
  ['Service Desk', 'Service Tickets'],
  ['Service Desk', 'Close Service Tickets'],
  ['System', 'Member Maintenance'],
  ['System', 'Table Setup'],
]
const actions: Action[] = ['inquire', 'add', 'edit', 'delete']

/** @param granted all there are, where absent */
export function createRights(granted?: [...Area, Action][]): Rights {
  const all = areas.flatMap((area) => actions.map((action) => keyOf(area, action)))
  const held = new Set(granted?.map(([module, name, action]) => `${module}/${name}/${action}`) ?? all)
  return {
    allows: (area, action) => held.has(keyOf(area, action)),
    allow(module, name, action) {
      held.add(`${module}/${name}/${action}`)
    },
    deny(module, name, action) {
      held.delete(`${module}/${name}/${action}`)
    },
  }
}

function keyOf([module, name]: Area, action: Action): string {
  return `${module}/${name}/${action}`
}
