using Crm.Domain.Commerce;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>What previews are filled with where no record is named, and what templates are tried with before they are kept: every variable has a value.</summary>
public static class DocumentExamples
{
    private static readonly DateOnly Day = new(2026, 3, 5);

    /// <summary>The example of a kind of document in a language.</summary>
    public static DocumentContent Of(DocumentType type, string language) =>
        type is DocumentType.Letter or DocumentType.Email ? new(Letter(type, language).ToVariables(language), null) : OfPrinted(Commercial(type, language), language);

    /// <summary>What is shown of a commercial document; the QR code of one that is to be paid says how.</summary>
    public static DocumentContent OfPrinted(PrintedDocument printed, string language)
    {
        var isPaid = printed.Type is DocumentType.Invoice or DocumentType.Reminder && printed.Payable > 0;
        var qr = isPaid ? PaymentQr.Of(printed.Seller.Name, printed.Seller.Iban, printed.Seller.Bic, Money.Of(printed.Payable, printed.Currency), printed.Number, printed.PaymentUrl) : printed.PaymentUrl;
        return new DocumentContent(printed.ToVariables(language), qr);
    }

    private static PrintedDocument Commercial(DocumentType type, string language)
    {
        var bulgarian = language == "bg";
        return new PrintedDocument(type, "2026-000042", Day, "EUR", Seller(bulgarian), Customer(bulgarian))
        {
            DueDate = Day.AddDays(30),
            ValidUntil = Day.AddDays(30),
            DeliveryDate = Day,
            Reference = "PO-4711",
            Notes = bulgarian ? "Благодарим Ви за доверието." : "Thank you for your business.",
            PaymentTerms = bulgarian ? "До 30 дни" : "Within 30 days",
            PaymentUrl = "https://pay.example.com/i/2026-000042",
            Lines =
            [
                new(bulgarian ? "Аналитична машина" : "Analytical engine", bulgarian ? "С картоннен четец" : "With a reader of cards", 2, bulgarian ? "бр." : "pcs", 1_250.00m, 50.00m, 20, 2_450.00m),
                new(bulgarian ? "Консултация" : "Consulting", bulgarian ? "На място" : "On site", 7.5m, bulgarian ? "ч" : "h", 80.00m, 0, 20, 600.00m),
                new(bulgarian ? "Учебник" : "Textbook", bulgarian ? "Второ издание" : "Second edition", 10, bulgarian ? "бр." : "pcs", 12.345m, 0, 9, 123.45m),
            ],
            Options = type == DocumentType.Offer ? [new(bulgarian ? "Обучение" : "Training", bulgarian ? "Един ден" : "One day", 1, bulgarian ? "дни" : "day", 400.00m, 40.00m, 20, 360.00m)] : [],
            Taxes = [new(20, 2_975.94m, 595.19m, bulgarian ? "чл. 66 ЗДДС" : "Standard rate"), new(9, 122.51m, 11.03m, bulgarian ? "чл. 66а ЗДДС" : "Reduced rate")],
            LineTotal = 3_173.45m,
            Allowances = 100.00m,
            AllowanceReasons = bulgarian ? "Лоялен клиент" : "Loyal customer",
            Charges = 25.00m,
            ChargeReasons = bulgarian ? "Доставка" : "Delivery",
            NetTotal = 3_098.45m,
            TaxTotal = 606.22m,
            Total = 3_704.67m,
            Prepaid = 500.00m,
            Payable = 3_204.67m,
            ReminderStage = 1,
            DaysOverdue = 14,
        };
    }

    private static PrintedLetter Letter(DocumentType type, string language)
    {
        var bulgarian = language == "bg";
        return new PrintedLetter(type, Day, Seller(bulgarian), bulgarian ? "Ада Байрон" : "Ada Byron", "ada.byron@example.com", Customer(bulgarian) with { Name = bulgarian ? "Чарлз Бабидж" : "Charles Babbage" })
        {
            Company = Customer(bulgarian).Name,
            DealTitle = bulgarian ? "Диференчна машина" : "Difference engine",
            DealValue = new DocumentForms(language, "EUR").Money(12_500m),
            Paragraphs = bulgarian ? ["Благодарим Ви за разговора.", "Прилагаме обещаното."] : ["Thank you for the conversation.", "Please find enclosed what was promised."],
        };
    }

    private static PrintedParty Seller(bool bulgarian) => new(bulgarian ? "Аналитикъл ООД" : "Analytical Ltd")
    {
        AddressLines = bulgarian ? ["бул. Витоша 1", "1000 София", "България"] : ["1 Vitosha Blvd", "1000 Sofia", "Bulgaria"],
        VatId = "BG123456789",
        RegistrationNumber = "123456789",
        Email = "office@example.com",
        Phone = "+359 2 123 4567",
        Iban = "BG80BNBG96611020345678",
        Bic = "BNBGBGSD",
        Bank = bulgarian ? "Примерна банка" : "Example Bank",
    };

    private static PrintedParty Customer(bool bulgarian) => new(bulgarian ? "Бабидж и синове АД" : "Babbage & Sons plc")
    {
        AddressLines = bulgarian ? ["ул. Иван Вазов 5", "4000 Пловдив", "България"] : ["5 Ivan Vazov St", "4000 Plovdiv", "Bulgaria"],
        VatId = "BG987654321",
        RegistrationNumber = "987654321",
        Email = "accounts@example.org",
        Phone = "+359 32 765 432",
        Iban = "DE89370400440532013000",
        Bic = "COBADEFFXXX",
        Bank = bulgarian ? "Банката на клиента" : "The customer's bank",
    };
}
