import {
  createOnly,
  datetime,
  each,
  integer,
  picklist,
  readOnly,
  reference,
  required,
  text,
} from '../fields.ts'
import { type Entity, id } from './entity.ts'

const noteTypes = { 1: 'Task Summary', 2: 'Task Detail', 3: 'Task Notes', 13: 'Workflow Rule Note - Task' }
const audiences = { 1: 'All Autotask Users', 2: 'Internal Project Team' }
const written = {
  ...each('createDateTime lastActivityDate', readOnly(datetime)),
  ...each('creatorResourceID impersonatorCreatorResourceID', readOnly(integer)),
}

export const ticketNotes: Entity<'TicketNotes'> = {
  name: 'TicketNotes',
  singular: 'TicketNote',
  isQueryable: true,
  verbs: [],
  child: { of: 'Tickets', under: 'Notes', by: 'ticketID', verbs: ['GET', 'POST', 'PATCH', 'PUT'] },
  defaults: {},
  fields: {
    id,
    ticketID: required(createOnly(reference('Tickets'))),
    title: text(250),
    description: required(text(32_000)),
    noteType: required(picklist(noteTypes)),
    publish: required(picklist(audiences)),
    ...written,
  },
}

export const contractNotes: Entity<'ContractNotes'> = {
  name: 'ContractNotes',
  singular: 'ContractNote',
  isQueryable: true,
  verbs: [],
  child: { of: 'Contracts', under: 'Notes', by: 'contractID', verbs: ['GET', 'POST', 'PATCH', 'PUT'] },
  defaults: {},
  fields: {
    id,
    contractID: required(createOnly(reference('Contracts'))),
    title: required(text(250)),
    description: required(text(8000)),
    ...written,
  },
}
