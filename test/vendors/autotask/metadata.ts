import type { Values } from '../row.ts'
import type { Entity } from './entities/entity.ts'
import type { Field } from './fields.ts'
import { pickName, type Store } from './store.ts'

/** What may be done with a kind of record. */
export function informationOn({ name, isQueryable, verbs, child, hasUserDefinedFields }: Entity): Values {
  const offered = new Set<string>([...verbs, ...(child?.verbs ?? [])])
  const access = (isGranted: boolean) => (isGranted ? 'All' : 'None')
  const [canCreate, canUpdate] = [offered.has('POST'), offered.has('PATCH')]
  return {
    name,
    canCreate,
    canDelete: false,
    canQuery: isQueryable,
    canUpdate,
    userAccessForCreate: access(canCreate),
    userAccessForDelete: access(false),
    userAccessForQuery: access(isQueryable),
    userAccessForUpdate: access(canUpdate),
    hasUserDefinedFields: hasUserDefinedFields ?? false,
    supportsWebhookCallouts: name === 'Companies' || name === 'Tickets' || name === 'TicketNotes',
  }
}

/** Read-only means here what an update cannot change, although a new record may have to have it. */
export function fieldsOf({ name: entity, fields }: Entity, { unusedPicks }: Store): Values[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    dataType: field.kind === 'date' ? 'datetime' : field.kind,
    length: field.max ?? 0,
    isRequired: field.required ?? false,
    isReadOnly: (field.readOnly ?? false) || (field.createOnly ?? false),
    isQueryable: !field.notQueryable,
    isReference: field.reference !== undefined,
    referenceEntityType: field.reference ?? '',
    isPickList: field.picklist !== undefined,
    picklistValues: field.picklist
      ? picklistOf(field, (number) => !unusedPicks.has(pickName(entity, name, number)))
      : null,
    picklistParentValueField: '',
    isSupportedWebhookField: false,
  }))
}

/** Values are texts here, although records hold numbers. */
function picklistOf({ picklist, chosen }: Field, isInUse: (number: number) => boolean): Values[] {
  return Object.entries(picklist ?? {}).map(([value, label], index) => ({
    value,
    label,
    isDefaultValue: Number(value) === chosen,
    sortOrder: index + 1,
    parentValue: '',
    isActive: isInUse(Number(value)),
    isSystem: false,
  }))
}
