using Crm.Application.Abstractions;
using Crm.Application.Binding;
using Crm.Domain.Common;
using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>A variable that templates may use.</summary>
/// <param name="Name">As it is written: {{customer.name}}. One with [] before it stands inside {{#each}} of that list, there by its last part.</param>
/// <param name="Kind">TEXT; LIST, for {{#each}}.</param>
/// <param name="Description">What it is.</param>
/// <param name="Example">Its value in the example; null for lists of several members.</param>
public sealed record DocumentVariable(string Name, string Kind, string Description, string? Example);

/// <summary>Every variable that templates of a type may use, with an explanation and an example.</summary>
/// <param name="Type">The type of document.</param>
/// <param name="Language">The language of the examples: en, when absent.</param>
[Requires(Permissions.DocumentTemplatesRead)]
public sealed record GetDocumentVariables([Example("\"INVOICE\"")] DocumentType Type, [OneOf("en", "bg")] string? Language = null) : IQuery<IReadOnlyList<DocumentVariable>>;

internal sealed class GetDocumentVariablesHandler : IQueryHandler<GetDocumentVariables, IReadOnlyList<DocumentVariable>>
{
    public Task<IReadOnlyList<DocumentVariable>> Handle(GetDocumentVariables query, CancellationToken ct) =>
        Task.FromResult(DocumentVariables.Of(query.Type, query.Language ?? Languages.Default));
}

/// <summary>The variables as the examples have them, with what is said about each.</summary>
public static class DocumentVariables
{
    private static readonly Dictionary<string, string> Explanations = new(StringComparer.Ordinal)
    {
        ["title"] = "What such a document is called in its language.",
        ["number"] = "Its number.",
        ["date"] = "Its day.",
        ["dueDate"] = "Until when it is to be paid.",
        ["validUntil"] = "Until when the offer stands.",
        ["deliveryDate"] = "When the goods were delivered.",
        ["currency"] = "ISO 4217.",
        ["reference"] = "The customer's own number for it.",
        ["notes"] = "Remarks.",
        ["paymentTerms"] = "When and how to pay, in words.",
        ["paymentUrl"] = "Where it can be paid.",
        ["seller"] = "Your organization: ",
        ["customer"] = "The customer: ",
        ["sender"] = "Your organization: ",
        ["recipient"] = "To whom it goes: ",
        ["deal"] = "The deal it is about: ",
        ["name"] = "the name.",
        ["addressLines"] = "the address, line by line.",
        ["address"] = "the address in one line.",
        ["vatId"] = "the VAT identifier.",
        ["registrationNumber"] = "the number in the register of companies.",
        ["email"] = "the e-mail address.",
        ["phone"] = "the telephone number.",
        ["iban"] = "the account.",
        ["bic"] = "the code of the bank.",
        ["bank"] = "the name of the bank.",
        ["author"] = "the member who writes.",
        ["company"] = "the company.",
        ["value"] = "what it is worth.",
        ["lines"] = "The lines, in order.",
        ["lines[].position"] = "Its place, from 1.",
        ["lines[].name"] = "What is sold.",
        ["lines[].description"] = "More about it.",
        ["lines[].quantity"] = "How many or how much.",
        ["lines[].unit"] = "Of what unit.",
        ["lines[].unitPrice"] = "The price of one, without tax.",
        ["lines[].discount"] = "What is taken off; empty when nothing is.",
        ["lines[].taxPercent"] = "The rate of tax; empty when none is charged.",
        ["lines[].netAmount"] = "What the line comes to, without tax.",
        ["options"] = "What can be taken besides the lines; it counts in no sum.",
        ["taxes"] = "The tax, rate by rate.",
        ["taxes[].percent"] = "The rate; empty when none is charged.",
        ["taxes[].base"] = "What it is of.",
        ["taxes[].amount"] = "What it comes to.",
        ["taxes[].reason"] = "Why none is charged, or less.",
        ["lineTotal"] = "The sum of the lines.",
        ["allowances"] = "What is taken off the whole; empty when nothing is.",
        ["allowanceReasons"] = "Why it is taken off; empty when no reason is stated.",
        ["charges"] = "What is added to the whole; empty when nothing is.",
        ["chargeReasons"] = "Why it is added; empty when no reason is stated.",
        ["netTotal"] = "The total without tax.",
        ["taxTotal"] = "All tax.",
        ["total"] = "The total with tax.",
        ["prepaid"] = "What was paid before; empty when nothing was.",
        ["payable"] = "What is to be paid.",
        ["reminder.stage"] = "The how manieth reminder it is.",
        ["reminder.daysOverdue"] = "How many days the invoice is overdue.",
        ["deal.title"] = "The deal it is about: what it is called.",
        ["paragraphs"] = "What it says, paragraph by paragraph.",
        ["labels"] = "A word of documents in the language of the template.",
    };

    /// <summary>All of a kind, in the order of the example.</summary>
    public static IReadOnlyList<DocumentVariable> Of(DocumentType type, string language)
    {
        var found = new List<DocumentVariable>();
        // Labels are many and all alike: they come last.
        var (own, labels) = (DocumentExamples.Of(type, language).Variables, DocumentLabels.Of(language));
        foreach (var (name, value) in own.Where(v => v.Key != "labels")) Add(found, name, value);
        Add(found, "labels", labels);
        return found;
    }

    private static void Add(List<DocumentVariable> found, string name, object? value)
    {
        switch (value)
        {
            case IReadOnlyDictionary<string, object?> members:
                foreach (var (member, inner) in members) Add(found, $"{name}.{member}", inner);
                break;
            case IReadOnlyList<object?> items:
                found.Add(new DocumentVariable(name, "LIST", Explain(name), items is [string first, ..] ? first : null));
                if (items is [IReadOnlyDictionary<string, object?> of, ..])
                    foreach (var (member, inner) in of) Add(found, $"{name}[].{member}", inner);
                break;
            default:
                found.Add(new DocumentVariable(name, "TEXT", Explain(name), (string?)value));
                break;
        }
    }

    private static string Explain(string name)
    {
        if (Explanations.TryGetValue(name, out var whole) || Explanations.TryGetValue(name.Replace("options[]", "lines[]", StringComparison.Ordinal), out whole)) return whole;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return name[..dot] == "labels" ? Explanations["labels"] : Explanations[name[..dot]] + Explanations[name[(dot + 1)..]];
    }
}
