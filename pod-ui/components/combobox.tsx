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
  /** With the text that it was asked for: until the answer to another one is there, Enter takes none of these. */
  const [found, setFound] = useState<(Options & { text: string }) | null>(null)
  const [failure, setFailure] = useState<Failure | null>(null)
  /** The option that the arrows went to; null before that, when Enter takes the first that can be chosen. */
  const [active, setActive] = useState<number | null>(null)
  const isOpen = typed !== null
  const items = found?.items ?? []
  const marked = active ?? (found?.text === typed ? items.findIndex((option) => !option.disabled) : -1)

  function open(text: string): void {
    if (disabled) return
    setTyped(text)
    setActive(null)
  }
  function close(): void {
    setTyped(null)
    setFound(null)
    setActive(null)
    setFailure(null)
  }

  useEffect(() => {
    if (!isOpen) return
    const controller = new AbortController()
    const ask = async () => {
      try {
        const options = await search(typed, controller.signal)
        if (!controller.signal.aborted) {
          setFound({ ...options, text: typed })
          setActive(null)
          setFailure(null)
        }
      } catch (error) {
        if (controller.signal.aborted) return
        setFound(null)
        setActive(null)
        setFailure(failureOf(error))
      }
    }
    const timer = setTimeout(ask, typed === '' ? 0 : pauseMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [typed])

  useEffect(() => {
    if (isOpen) list.current?.scrollIntoView({ block: 'nearest' })
  }, [isOpen, found])
  useEffect(() => {
    if (active !== null) list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [active])

  function choose(option: Option | undefined): void {
    if (option === undefined || option.disabled) return
    close()
    onChoose(option)
  }
  /** Beyond either end no option is marked. */
  function move(by: 1 | -1): void {
    const next = active === null ? (by === 1 ? 0 : items.length - 1) : active + by
    setActive(next in items ? next : null)
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp':
        event.preventDefault()
        if (isOpen) move(event.key === 'ArrowDown' ? 1 : -1)
        else open('')
        return
      case 'Enter':
        if (!isOpen) return
        event.preventDefault()
        choose(items[marked])
        return
      case 'Escape':
        if (!isOpen) return
        event.stopPropagation()
        close()
    }
  }

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
          aria-activedescendant={active === null ? undefined : `${id}-${active}`}
          aria-describedby={describedBy}
          disabled={disabled}
          placeholder={placeholder}
          value={typed ?? value?.name ?? ''}
          onInput={(event) => open(event.currentTarget.value)}
          onClick={() => !isOpen && open('')}
          onKeyDown={onKeyDown}
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
        {items.map((option, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input, which names the active option
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input hears the keys
          <div
            key={option.id}
            id={`${id}-${index}`}
            class={index === marked ? 'marked' : ''}
            role="option"
            aria-selected={index === active}
            aria-disabled={option.disabled === true}
            onClick={() => choose(option)}
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
              : items.length === 0
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
