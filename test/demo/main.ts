import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWorker } from '../local/worker.ts'
import { apiClient } from '../support/client.ts'
import { workerSecrets } from '../support/secrets.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import { startKsc } from '../vendors/ksc/start.ts'
import { configurationOf, openDemoMsp, passNight } from './msp.ts'
import { printDay } from './report.ts'

const once = process.argv.includes('--once')
const dayMs = 24 * 3_600_000

const ksc = await startKsc()
const cw = await startConnectWise()
const stateDir = await mkdtemp(join(tmpdir(), 'tallypod-demo-'))
const worker = await startWorker({
  stateDir,
  env: { ...workerSecrets, LEASE_SECONDS: '10', ALLOW_INSECURE_UPSTREAMS: 'true' },
})

try {
  const msp = openDemoMsp(ksc.account({ user: 'tallypod' }), cw.account({ companyId: 'demo' }))
  msp.psa.screens.podUrl = `${worker.url}/pod?id=[cw_id]&screen=[cw_screen]`
  const client = apiClient(worker.url, workerSecrets.ADMIN_TOKEN)
  await client.configure(configurationOf(msp, cw.screenUrl))

  const morning = yesterdayAt(4)
  const first = await client.runOn(morning)
  await printDay('The first daily run', client, first)

  passNight(msp)
  const second = await client.runOn(new Date(morning.getTime() + dayMs))
  await printDay('The next day: only the differences', client, second)

  if (first.state === 'failed' || second.state === 'failed') process.exitCode = 1
  if (!once) {
    console.log(`
The pod in its host's screens:  ${cw.screenUrl}/host?company=demo&screen=tab
The first set-up:               ${worker.url}/setup   (administrator token: ${workerSecrets.ADMIN_TOKEN})
The API:                        ${worker.url}/api     (Authorization: Bearer with the same token)
Press Ctrl+C to end the demo.`)
    await new Promise<void>((resolve) => {
      process.once('SIGINT', () => resolve())
      process.once('SIGTERM', () => resolve())
    })
  }
} finally {
  await worker.stop()
  await Promise.all([ksc.close(), cw.close()])
  await rm(stateDir, { recursive: true, force: true })
}

/** In UTC; four in the morning is past the daily run's time in Berlin all year round. */
function yesterdayAt(hour: number): Date {
  const date = new Date(Date.now() - dayMs)
  date.setUTCHours(hour, 0, 0, 0)
  return date
}
