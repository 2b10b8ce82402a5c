import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright-core'
import { type LocalWorker, startWorker } from '../../local/worker.ts'
import { apiClient } from '../../support/client.ts'
import { workerSecrets } from '../../support/secrets.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { startConnectWise } from '../../vendors/connectwise/server.ts'
import type { KscAccount } from '../../vendors/ksc/account.ts'
import { startKsc } from '../../vendors/ksc/start.ts'
import { startBrowser } from './browser.ts'
import { type Pod, type PodPlace, podOn } from './pod.ts'

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Everything that a person in front of the pod has: both vendors, the Worker, the PSA's page and a browser. */
export async function openStage() {
  const ksc = await startKsc()
  const cw = await startConnectWise()
  const stateDir = await mkdtemp(join(tmpdir(), 'tallypod-e2e-'))
  const worker: LocalWorker = await startWorker({
    stateDir,
    env: { ...workerSecrets, LEASE_SECONDS: '5', ALLOW_INSECURE_UPSTREAMS: 'true' },
  })
  const browser: Browser = await startBrowser()
  const contexts: BrowserContext[] = []
  const center: KscAccount = ksc.account()
  const psa: Account = cw.account()
  psa.screens.podUrl = `${worker.url}/pod?id=[cw_id]&screen=[cw_screen]`
  psa.screens.members = ['tess', 'ada', 'vic'].map((identifier) => ({ identifier, name: identifier }))

  return {
    worker,
    center,
    psa,
    client: apiClient(worker.url, workerSecrets.ADMIN_TOKEN),
    adminToken: workerSecrets.ADMIN_TOKEN,
    screenUrl: cw.screenUrl,

    /** A window of its own, with nothing in it that another one left. */
    async open(place: PodPlace = {}): Promise<Pod> {
      const context = await browser.newContext({
        viewport: { width: place.width ?? 1400, height: place.height ?? 900 },
        locale: place.locale ?? 'en-GB',
        timezoneId: 'Europe/Berlin',
        colorScheme: place.colorScheme ?? 'light',
        reducedMotion: 'reduce',
      })
      contexts.push(context)
      return podOn(await context.newPage(), { worker, psa, screenUrl: cw.screenUrl }, place)
    },

    async close() {
      await Promise.all(contexts.map((context) => context.close()))
      await browser.close()
      await worker.stop()
      await Promise.all([ksc.close(), cw.close()])
      await rm(stateDir, { recursive: true, force: true })
    },
  }
}
