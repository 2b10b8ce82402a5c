import * as z from 'zod'
import type { Tenant } from '../port.ts'
import type { KscSession } from './session.ts'

/** Every virtual server, disabled ones included; the session is to be on the main server. */
export async function virtualServers(session: KscSession): Promise<Tenant[]> {
  const { PxgRetVal: servers } = await session.call(
    'VServers.GetVServers',
    { lParentGroup: allGroups },
    z.object({ PxgRetVal: ServerRows }),
  )
  return servers.map((server) => ({
    id: server.KLVSRV_UID,
    name: server.KLVSRV_DN,
    kind: 'virtual_server',
    enabled: server.KLVSRV_ENABLED,
  }))
}

/** E.g. `14.2.0.26967`. */
export async function productVersion(session: KscSession): Promise<string | undefined> {
  const { PxgRetVal: info } = await session.call(
    'HostGroup.GetStaticInfo',
    { pValues: ['KLADMSRV_PRODUCT_FULL_VERSION'] },
    z.object({ PxgRetVal: z.object({ KLADMSRV_PRODUCT_FULL_VERSION: z.string().optional() }) }),
  )
  return info.KLADMSRV_PRODUCT_FULL_VERSION
}

const allGroups = -1

const ServerRow = z.object({
  KLVSRV_UID: z.string().min(1),
  KLVSRV_DN: z.string().min(1),
  KLVSRV_ENABLED: z.boolean().default(true),
})

const ServerRows = z
  .array(ServerRow)
  .refine((servers) => new Set(servers.map((server) => server.KLVSRV_UID)).size === servers.length, {
    message: 'a virtual server is listed twice',
  })
