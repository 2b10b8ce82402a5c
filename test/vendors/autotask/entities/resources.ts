import { each, flag, integer, text } from '../fields.ts'
import { type Entity, id } from './entity.ts'

export const resources: Entity<'Resources'> = {
  name: 'Resources',
  singular: 'Resource',
  isQueryable: true,
  verbs: ['PATCH', 'PUT'],
  defaults: { isActive: true },
  fields: {
    id,
    ...each('email email2 email3', text(254)),
    userName: text(32),
    ...each('firstName lastName', text(50)),
    isActive: flag,
    ...each('licenseType userType locationID', integer),
    resourceType: text(50),
  },
}
