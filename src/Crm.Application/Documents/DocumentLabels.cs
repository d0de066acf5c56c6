using Crm.Domain.Commerce;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>The words of documents in the languages of the product.</summary>
public static class DocumentLabels
{
    private static readonly IReadOnlyList<(string Name, string English, string Bulgarian)> Words =
    [
        ("address", "Address", "Адрес"),
        ("allowances", "Discounts", "Отстъпки"),
        ("amount", "Amount", "Сума"),
        ("bank", "Bank", "Банка"),
        ("bic", "BIC", "BIC"),
        ("charges", "Charges", "Добавки"),
        ("customer", "Customer", "Получател"),
        ("date", "Date", "Дата"),
        ("daysOverdue", "Days overdue", "Дни просрочие"),
        ("deliveryDate", "Delivery date", "Дата на данъчното събитие"),
        ("description", "Description", "Описание"),
        ("discount", "Discount", "Отстъпка"),
        ("dueDate", "Due date", "Срок за плащане"),
        ("email", "E-mail", "Имейл"),
        ("greeting", "Dear", "Уважаеми"),
        ("iban", "IBAN", "IBAN"),
        ("item", "Item", "Наименование"),
        ("kindRegards", "Kind regards", "С уважение"),
        ("lineTotal", "Sum of the lines", "Сума по редове"),
        ("net", "Net", "Стойност"),
        ("netTotal", "Total without VAT", "Данъчна основа"),
        ("notes", "Notes", "Забележки"),
        ("number", "No.", "№"),
        ("options", "Optional items (not included)", "Допълнителни позиции (не са включени)"),
        ("payHere", "Pay with your banking app", "Платете с банковото си приложение"),
        ("payable", "Amount due", "Сума за плащане"),
        ("paymentTerms", "Terms of payment", "Условия на плащане"),
        ("phone", "Telephone", "Телефон"),
        ("position", "#", "№"),
        ("prepaid", "Paid already", "Платено"),
        ("price", "Unit price", "Ед. цена"),
        ("quantity", "Quantity", "Количество"),
        ("reference", "Your reference", "Ваш номер"),
        ("registrationNumber", "Registration number", "ЕИК"),
        ("reminderText", "Our records show that the following invoice has not been paid yet. Please pay it without delay. If you have paid it meanwhile, please disregard this letter.",
            "Според нашите данни следната фактура все още не е платена. Моля, платете я незабавно. Ако междувременно сте я платили, моля, не обръщайте внимание на това писмо."),
        ("seller", "Seller", "Доставчик"),
        ("stage", "Reminder", "Напомняне"),
        ("tax", "VAT", "ДДС"),
        ("taxBase", "Taxable amount", "Данъчна основа"),
        ("taxTotal", "VAT", "Начислен ДДС"),
        ("total", "Total", "Общо"),
        ("unit", "Unit", "Мярка"),
        ("validUntil", "Valid until", "Валидна до"),
        ("vatId", "VAT number", "ИН по ЗДДС"),
    ];

    private static readonly IReadOnlyDictionary<string, object?> English = Words.ToDictionary(w => w.Name, object? (w) => w.English);
    private static readonly IReadOnlyDictionary<string, object?> Bulgarian = Words.ToDictionary(w => w.Name, object? (w) => w.Bulgarian);

    /// <summary>The words by name.</summary>
    public static IReadOnlyDictionary<string, object?> Of(string language) => language == "bg" ? Bulgarian : English;

    /// <summary>What an invoice is called that takes another back.</summary>
    public static string CreditNoteIn(string language) => language == "bg" ? "Кредитно известие" : "Credit note";

    /// <summary>What an issued document is called that does not count any more.</summary>
    public static string VoidIn(string language, string title) => language == "bg" ? $"{title} (анулирана)" : $"{title} (void)";

    /// <summary>What a credit note says of the invoice that it takes back.</summary>
    public static string CorrectsIn(string language, string number) => language == "bg" ? $"Към фактура № {number}." : $"To invoice No. {number}.";

    /// <summary>What an e-mail says of the document that goes with it.</summary>
    public static string AttachedIn(string language) => language == "bg" ? "Документът е приложен като PDF." : "The document is attached as a PDF.";

    /// <summary>What stands where the number of a draft would be.</summary>
    public static string DraftIn(string language) => language == "bg" ? "ЧЕРНОВА" : "DRAFT";

    /// <summary>A unit (UN/ECE Recommendation 20) in short, else by its name.</summary>
    public static string UnitIn(string code, string language) => (code, language) switch
    {
        ("C62" or "H87", "bg") => "бр.",
        ("C62" or "H87", _) => "pcs",
        ("HUR", "bg") => "ч",
        ("HUR", _) => "h",
        ("DAY", "bg") => "дни",
        ("MON", "bg") => "мес.",
        ("KGM", "bg") => "кг",
        ("KGM", _) => "kg",
        ("LTR", "bg") => "л",
        ("LTR", _) => "l",
        ("MTR", "bg") => "м",
        ("MTR", _) => "m",
        ("MTK", "bg") => "кв. м",
        ("MTK", _) => "m²",
        _ => Unit.All.FirstOrDefault(unit => unit.Code == code)?.Name ?? code,
    };

    /// <summary>What a document of this kind is called.</summary>
    public static string TitleOf(DocumentType type, string language) => (type, language) switch
    {
        (DocumentType.Offer, "bg") => "Оферта",
        (DocumentType.Offer, _) => "Offer",
        (DocumentType.Order, "bg") => "Поръчка",
        (DocumentType.Order, _) => "Order",
        (DocumentType.Invoice, "bg") => "Фактура",
        (DocumentType.Invoice, _) => "Invoice",
        (DocumentType.Reminder, "bg") => "Напомняне за плащане",
        (DocumentType.Reminder, _) => "Payment reminder",
        (DocumentType.Letter, "bg") => "Писмо",
        (DocumentType.Letter, _) => "Letter",
        (_, "bg") => "Съобщение",
        _ => "Message",
    };
}
