import * as z from 'zod'
import { Fields, type Method, type MethodContext, method } from './method.ts'
import { params, pick } from './params.ts'
import { accessDenied, notFound } from './pxg-error.ts'
import { serverAttributes, serverStatistic, type VirtualServer } from './virtual-server.ts'

const allGroups = -1

export const serverMethods: Record<string, Method> = {
  'VServers.GetVServers': method(z.object({ lParentGroup: z.int() }), ({ lParentGroup }, context) => {
    onMainServer(context, 'VServers.GetVServers')
    const wanted = context.account.servers
      .map(serverAttributes)
      .filter(({ KLVSRV_GRP }) => lParentGroup === allGroups || KLVSRV_GRP === lParentGroup)
    return { PxgRetVal: wanted.map(params) }
  }),

  'VServers.GetVServerInfo': method(
    z.object({ lVServer: z.int(), pFields2Return: Fields }),
    ({ lVServer, pFields2Return }, context) => {
      onMainServer(context, 'VServers.GetVServerInfo')
      return { PxgRetVal: pick(serverAttributes(serverById(context, lVServer)), pFields2Return) }
    },
  ),

  'VServers2.GetVServerStatistic': method(z.object({ lVsId: z.int() }), ({ lVsId }, context) => {
    if (context.session.server.id !== lVsId) onMainServer(context, 'VServers2.GetVServerStatistic')
    return { PxgRetVal: serverStatistic(serverById(context, lVsId)) }
  }),

  'HostGroup.GetStaticInfo': method(z.object({ pValues: Fields }), ({ pValues }, { account, session }) => {
    const isVirtual = session.server !== account.main
    const facts = {
      KLADMSRV_VSID: session.server.id,
      KLADMSRV_VSUID: isVirtual ? session.server.uid : undefined,
      KLADMSRV_IS_VIRTUAL: isVirtual,
      KLADMSRV_PRODUCT_NAME: 'Kaspersky Security Center',
      KLADMSRV_PRODUCT_FULL_VERSION: account.version,
    }
    return { PxgRetVal: pick(facts, pValues) }
  }),
}

function onMainServer({ account, session }: MethodContext, name: string): void {
  if (session.server !== account.main) throw accessDenied(name)
}

function serverById({ account }: MethodContext, id: number): VirtualServer {
  const server = [account.main, ...account.servers].find((one) => one.id === id)
  if (!server) throw notFound('Virtual server', String(id))
  return server
}
