import type { TicketChoice } from '../ticket-port.ts'
import type { AutotaskClient, Condition } from './client.ts'
import { resources, type ServiceDeskRole, serviceDeskRoles } from './ticket-records.ts'

/** Of users that programs sign in as; they can't be assigned anything. */
const apiUserLicense = 7

const active: Condition = { op: 'eq', field: 'isActive', value: true }

/** Who may be assigned tickets: people who have a role for it. */
export async function assignees(client: AutotaskClient): Promise<TicketChoice[]> {
  const [people, roles] = await Promise.all([
    client.all(resources, [active]),
    client.all(serviceDeskRoles, [active]),
  ])
  const withRole = new Set(roles.map(({ resourceID }) => resourceID))
  return people
    .filter(({ id, licenseType }) => licenseType !== apiUserLicense && withRole.has(id))
    .map(({ id, firstName, lastName }) => ({
      id: `${id}`,
      name: [firstName, lastName].filter(Boolean).join(' ') || `#${id}`,
    }))
}

/** The role in which the resource is assigned tickets: its default one, else its first; null where it has none. */
export async function roleOf(client: AutotaskClient, resourceID: number): Promise<number | null> {
  const roles: ServiceDeskRole[] = await client.all(serviceDeskRoles, [
    { op: 'eq', field: 'resourceID', value: resourceID },
    active,
  ])
  const role = roles.find(({ isDefault }) => isDefault === true) ?? roles[0]
  return role?.roleID ?? null
}
