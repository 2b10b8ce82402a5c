import {
  createOnly,
  datetime,
  double,
  each,
  integer,
  picklist,
  readOnly,
  reference,
  required,
  text,
} from '../fields.ts'
import { type Entity, id } from './entity.ts'

/** The system's own value of a ticket that is done. */
export const completeStatus = 5

const statuses = { 1: 'New', [completeStatus]: 'Complete', 7: 'Waiting Customer', 8: 'In Progress' }
const priorities = { 1: 'High', 2: 'Medium', 3: 'Low', 4: 'Critical' }
const queues = { 8: 'Monitoring Alert', 29682833: 'Level I Support', 29683482: 'Level II Support' }
const ticketTypes = { 1: 'Service Request', 2: 'Incident', 3: 'Problem', 4: 'Change Request', 5: 'Alert' }
/** Each tenant has its own. */
const issueTypes = { 10: 'Workstation', 11: 'Server', 12: 'Security' }
const ticketCategories = { 2: 'Datto RMM Alert', 3: 'Standard' }
const sources = { [-2]: 'Other', 2: 'Phone', 4: 'Email', 8: 'Monitoring Alert' }

export const tickets: Entity<'Tickets'> = {
  name: 'Tickets',
  singular: 'Ticket',
  isQueryable: true,
  verbs: ['POST', 'PATCH', 'PUT'],
  hasUserDefinedFields: true,
  defaults: { ticketType: 1, ticketCategory: 3, source: -2 },
  fields: {
    id,
    companyID: required(reference('Companies')),
    title: required(text(255)),
    status: required(picklist(statuses, 1)),
    priority: required(picklist(priorities, 2)),
    queueID: picklist(queues),
    dueDateTime: datetime,
    description: text(8000),
    resolution: text(32_000),
    assignedResourceID: reference('Resources'),
    assignedResourceRoleID: integer,
    ticketType: picklist(ticketTypes, 1),
    ticketCategory: picklist(ticketCategories, 3),
    issueType: picklist(issueTypes),
    source: picklist(sources),
    ...each('subIssueType configurationItemID contactID companyLocationID', integer),
    contractID: reference('Contracts'),
    contractServiceID: reference('ContractServices'),
    contractServiceBundleID: reference('ContractServiceBundles'),
    billingCodeID: reference('BillingCodes'),
    ...each('projectID opportunityID monitorID monitorTypeID serviceLevelAgreementID', integer),
    problemTicketId: reference('Tickets'),
    ...each('purchaseOrderNumber externalID', text(50)),
    rmmAlertID: createOnly(text(50)),
    ...each('estimatedHours hoursToBeScheduled', double),
    ticketNumber: readOnly(text(50)),
    ...each('createDate completedDate lastActivityDate lastTrackedModificationDateTime', readOnly(datetime)),
    ...each('apiVendorID creatorResourceID completedByResourceID', readOnly(integer)),
    ...each('creatorType lastActivityPersonType', { ...integer, readOnly: true, notQueryable: true }),
  },
}
