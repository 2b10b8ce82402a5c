import { billingCodes, billingItems } from './entities/billing.ts'
import { companies } from './entities/companies.ts'
import {
  contractServiceAdjustments,
  contractServiceBundleAdjustments,
  contractServiceBundles,
  contractServiceBundleUnits,
  contractServices,
  contractServiceUnits,
} from './entities/contract-lines.ts'
import { contracts } from './entities/contracts.ts'
import type { Entity, EntityName } from './entities/entity.ts'
import { contractNotes, ticketNotes } from './entities/notes.ts'
import { resourceServiceDeskRoles, resources } from './entities/resources.ts'
import { serviceBundles, services } from './entities/services.ts'
import { tickets } from './entities/tickets.ts'

/** Every kind of record there is. */
export const entities: { [Name in EntityName]: Entity<Name> } = {
  Companies: companies,
  Contracts: contracts,
  Services: services,
  ServiceBundles: serviceBundles,
  ContractServices: contractServices,
  ContractServiceUnits: contractServiceUnits,
  ContractServiceAdjustments: contractServiceAdjustments,
  ContractServiceBundles: contractServiceBundles,
  ContractServiceBundleUnits: contractServiceBundleUnits,
  ContractServiceBundleAdjustments: contractServiceBundleAdjustments,
  Tickets: tickets,
  TicketNotes: ticketNotes,
  ContractNotes: contractNotes,
  Resources: resources,
  ResourceServiceDeskRoles: resourceServiceDeskRoles,
  BillingItems: billingItems,
  BillingCodes: billingCodes,
}

/** @param segment of a path, in lower case */
export function entityAt(segment: string): Entity | undefined {
  return Object.values(entities).find(({ name }) => name.toLowerCase() === segment)
}

/** @param segment of a path, in lower case */
export function childAt(parent: Entity, segment: string): Entity | undefined {
  return Object.values(entities).find(
    ({ child }) => child?.of === parent.name && child.under.toLowerCase() === segment,
  )
}
