import type { Locator } from 'playwright-core'
import { devices } from '../../vendors/ksc/devices.ts'
import { keyType } from '../../vendors/ksc/key.ts'
import type { Stage } from './stage.ts'

export const application = 'Kaspersky Endpoint Security for Business Advanced'

/** A virtual server `Acme` whose workstations use one key. */
export function addAcme({ center }: Stage, workstations: number) {
  const server = center.addServer({ name: 'Acme' })
  const key = server.addKey({
    product: `${application}. European Edition. 10-14 Node 1 year Base License`,
    type: keyType.commercial,
    limitDate: '2099-12-31',
  })
  const add = (number: number) => key.use(server.addHosts(number, devices.workstation))
  add(workstations)
  return { add }
}

export type SettingUp = Awaited<ReturnType<typeof settingUp>>

/** An administrator at `/setup`, where Security Center is connected and no PSA is, and what such a person does there. */
export async function settingUp(stage: Stage) {
  const { baseUrl, user, password, internal } = stage.center
  await stage.client.call('PUT', '/api/connections/ksc', {
    kind: 'ksc',
    name: 'Security Center',
    baseUrl,
    credentials: { user, password, internal },
  })
  const on = await stage.open({ alone: true })
  const { pod } = on
  const button = (name: string | RegExp) => pod.getByRole('button', { name })
  const field = (label: string) => pod.getByLabel(label, { exact: true })
  await field('Administrator token').fill(stage.adminToken)
  await button('Sign in').click()
  const steps = pod.getByRole('region', { name: 'First steps' })
  await steps.waitFor()

  return {
    ...on,
    steps,
    button,
    field,
    combobox: (name: string) => pod.getByRole('combobox', { name, exact: true }),
    option: (name: string | RegExp) => pod.getByRole('option', { name }),

    async fill(fields: Record<string, string>): Promise<void> {
      for (const [label, text] of Object.entries(fields)) await field(label).fill(text)
    },

    /** Types a part of a name and takes the first that is found. */
    async choose(into: Locator, text: string): Promise<void> {
      await into.click()
      await into.pressSequentially(text)
      await pod.locator('[role=option]').first().waitFor()
      await into.press('ArrowDown')
      await into.press('Enter')
    },

    async saved(): Promise<void> {
      await button('Save changes').click()
      await button('Save changes').waitFor({ state: 'hidden' })
    },

    /** Runs, and settles when the screen of the run says how it ended. */
    async runsTo(state: 'Done' | 'Done, with problems'): Promise<void> {
      await on.tab('Runs')
      await button('Run now').click()
      const title = pod.getByRole('heading', { name: new RegExp(`^Run of .* ${state}$`) })
      await title.waitFor({ timeout: 50_000 })
    },
  }
}
