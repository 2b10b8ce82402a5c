import type { InferResponseType } from 'hono/client'
import { api, answerOf } from '../api.ts'
import { Field } from '../components/field.tsx'
import { SaveBar } from '../components/save-bar.tsx'
import { Select } from '../components/select.tsx'
import { Shown } from '../components/states.tsx'
import { createDrafts } from '../drafts.ts'
import { useLoaded } from '../loaded.ts'
import { isAdministrator } from '../sign-in.ts'
import { words } from '../words/words.ts'

type Settings = InferResponseType<typeof api.settings.$get, 200>['settings']
type GuardRail = keyof Settings['guardRails']

const drafts = createDrafts<Settings>()
const key = 'settings'
const guardRails: GuardRail[] = [
  'holdFallPercent',
  'holdFallUnits',
  'holdRisePercent',
  'holdRiseUnits',
  'holdZeroFrom',
  'runFallPercent',
  'runFallLines',
]

/** When the daily run starts, and what waits for a person. */
export function RunSettings() {
  const loading = useLoaded('settings', (signal) => answerOf(api.settings.$get({}, { init: { signal } })))
  return (
    <Shown of={loading.now} again={() => void loading.reload()}>
      {({ settings }) => (
        <>
          <Form stored={settings} />
          <SaveBar
            drafts={drafts}
            save={async () => {
              const draft = drafts.all.value.get(key)
              if (draft === undefined) return 0
              await answerOf(api.settings.$put({ json: draft }))
              return 1
            }}
            reload={loading.reload}
            nameOf={() => words.settings.pages.runs}
            textOf={(value) =>
              `${value.dailyRunAt} ${value.timeZone} · ${words.settings.approvals[value.approval]} · ${Object.values(value.guardRails).join(', ')}`
            }
          />
        </>
      )}
    </Shown>
  )
}

function Form({ stored }: { stored: Settings }) {
  const now = drafts.of(key, stored)
  const disabled = !isAdministrator()
  const change = (part: Partial<Settings>) => drafts.change(key, stored, { ...now, ...part })
  return (
    <div class="form">
      <Field
        label={words.settings.dailyRunAt}
        type="time"
        disabled={disabled}
        value={now.dailyRunAt}
        onInput={(dailyRunAt) => change({ dailyRunAt })}
      />
      <Field
        label={words.settings.timeZone}
        hint={words.settings.timeZoneHint}
        disabled={disabled}
        value={now.timeZone}
        onInput={(timeZone) => change({ timeZone })}
      />
      <Select
        label={words.settings.approval}
        disabled={disabled}
        value={now.approval}
        onChange={(value) => change({ approval: value === 'everything' ? 'everything' : 'automatic' })}
      >
        <option value="automatic">{words.settings.approvals.automatic}</option>
        <option value="everything">{words.settings.approvals.everything}</option>
      </Select>
      <fieldset class="guard-rails">
        <legend class="field-label">{words.settings.guardRails}</legend>
        <p class="quiet">{words.settings.guardRailsHint}</p>
        {guardRails.map((rail) => (
          <Field
            key={rail}
            label={words.settings.rails[rail]}
            type="number"
            disabled={disabled}
            value={`${now.guardRails[rail]}`}
            onInput={(text) =>
              change({ guardRails: { ...now.guardRails, [rail]: Math.round(Number(text)) } })
            }
          />
        ))}
      </fieldset>
    </div>
  )
}
