import ComboboxNavigation from '@github/combobox-nav'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Failure, failureOf, isPassing } from '../failure.ts'
import { failureText } from '../words/failure.ts'
import { words } from '../words/words.ts'

export interface Option {
  id: string
  name: string
  /** Beside the name, e.g. until when an agreement runs. */
  note?: string
  /** Shown, but not to be chosen. */
  disabled?: boolean
}

export interface Options {
  items: Option[]
  /** Whether more would be found. */
  more: boolean
}

/** A press of a key is followed by another within this time. */
const pauseMs = 180

/**
 * Chooses one of many by typing a part of its name; the choices are asked for as one types.
 *
 * @param value null where nothing is chosen
 * @param onClear absent where something has to be chosen
 */
export function Combobox({
  label,
  hideLabel = false,
  value,
  placeholder,
  search,
  none,
  onChoose,
  onClear,
  disabled = false,
  describedBy,
}: {
  label: string
  hideLabel?: boolean
  value: { id: string; name: string } | null
  placeholder?: string
  search: (text: string, signal: AbortSignal) => Promise<Options>
  /** Said where nothing is found for no text at all. */
  none?: string
  onChoose: (option: Option) => void
  onClear?: () => void
  disabled?: boolean
  describedBy?: string
}) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  /** Null while it is closed. */
  const [typed, setTyped] = useState<string | null>(null)
  const [found, setFound] = useState<Options | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  const isOpen = typed !== null

  function open(text: string): void {
    if (disabled) return
    setTyped(text)
  }
  function close(): void {
    setTyped(null)
    setFound(null)
    setFailure(null)
  }

  useEffect(() => {
    if (!isOpen) return
    const controller = new AbortController()
    const ask = async () => {
      try {
        const options = await search(typed, controller.signal)
        if (!controller.signal.aborted) {
          setFound(options)
          setFailure(null)
        }
      } catch (error) {
        if (controller.signal.aborted) return
        setFound(null)
        setFailure(failureOf(error))
      }
    }
    const timer = setTimeout(ask, typed === '' ? 0 : pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [typed])

  const choose = useRef<(id: string) => void>(() => {})
  choose.current = (optionId) => {
    const option = found?.items.find((one) => one.id === optionId)
    if (option === undefined || option.disabled) return
    close()
    onChoose(option)
  }

  useEffect(() => {
    if (!isOpen || input.current === null || list.current === null) return
    const navigation = new ComboboxNavigation(input.current, list.current, {
      tabInsertsSuggestions: false,
      firstOptionSelectionMode: 'active',
    })
    const commit = ({ target }: Event) => {
      if (target instanceof HTMLElement) choose.current(target.dataset.id ?? '')
    }
    list.current.addEventListener('combobox-commit', commit)
    list.current.scrollIntoView({ block: 'nearest' })
    navigation.start()
    const at = list.current
    return () => {
      at.removeEventListener('combobox-commit', commit)
      navigation.stop()
    }
  }, [isOpen, found])

  return (
    <div class="combobox">
      <label for={id} class={hideLabel ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
      <div class="combobox-field">
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autocomplete="off"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-describedby={describedBy}
          disabled={disabled}
          placeholder={placeholder}
          value={typed ?? value?.name ?? ''}
          onInput={(event) => open(event.currentTarget.value)}
          onClick={() => !isOpen && open('')}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' && !isOpen) {
              event.preventDefault()
              open('')
            }
            if (event.key === 'Escape' && isOpen) {
              event.stopPropagation()
              close()
            }
          }}
          onBlur={close}
        />
        {value !== null && onClear && !disabled && (
          <button
            type="button"
            class="combobox-clear"
            aria-label={words.combobox.clear(label)}
            onClick={() => {
              onClear()
              input.current?.focus()
            }}
          >
            ×
          </button>
        )}
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        class="combobox-list"
        role="listbox"
        aria-label={label}
        hidden={!isOpen}
        onMouseDown={(event) => event.preventDefault()}
      >
        {found?.items.map((option) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input, which names the active option
          <div
            key={option.id}
            id={`${id}-${option.id}`}
            data-id={option.id}
            role="option"
            aria-disabled={option.disabled === true}
          >
            <span>{option.name}</span>
            {option.note && <span class="option-note">{option.note}</span>}
          </div>
        ))}
      </div>
      {isOpen && (
        <p class="combobox-status" role="status">
          {failure !== null
            ? `${failureText(failure)}${isPassing(failure) ? ` ${words.combobox.again}` : ''}`
            : found === null
              ? words.combobox.loading
              : found.items.length === 0
                ? typed === '' && none
                  ? none
                  : words.combobox.none
                : found.more
                  ? words.combobox.more
                  : ''}
        </p>
      )}
    </div>
  )
}
