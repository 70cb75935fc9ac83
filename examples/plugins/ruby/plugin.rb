require_relative "millrace_plugin"

CHECK_IBAN = lambda do |input, _context|
  text = input["iban"].delete(" ").upcase
  raise Millrace::BusinessError.new("no_iban", "#{input["iban"]} is no IBAN") unless text.match?(/\A[A-Z]{2}\d{2}[A-Z0-9]{10,30}\z/)

  # A digit stands for itself, A for 10, Z for 35.
  digits = (text[4..] + text[0, 4]).gsub(/[A-Z]/) { |letter| letter.to_i(36).to_s }
  { "valid" => digits.to_i % 97 == 1, "country" => text[0, 2] }
end

Millrace.serve("check_iban" => CHECK_IBAN)
