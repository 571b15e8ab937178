import { Input } from '@/components/ui/input'

/** A password somebody chooses, with the rules it has to meet. */
export function NewPasswordField({ label, error }: { label: string; error: string | undefined }) {
  return (
    <Input
      label={label}
      name="password"
      type="password"
      autoComplete="new-password"
      required
      hint="12 to 128 characters, without your e-mail in it. A few words in a row are good."
      error={error}
    />
  )
}
