using Crm.Domain.Documents;

namespace Crm.Application.Documents;

/// <summary>A letter or an e-mail as it is sent: from whom, to whom, about which deal.</summary>
/// <param name="Sender">The organization.</param>
/// <param name="Author">The member who writes.</param>
/// <param name="AuthorEmail">His address.</param>
public sealed record PrintedLetter(DocumentType Type, DateOnly Date, PrintedParty Sender, string Author, string AuthorEmail, PrintedParty Recipient)
{
    /// <summary>The recipient's company, when that is not the recipient himself.</summary>
    public string? Company { get; init; }
    /// <summary>What the deal it is about is called.</summary>
    public string? DealTitle { get; init; }
    /// <summary>What the deal is worth, with its currency.</summary>
    public string? DealValue { get; init; }
    /// <summary>What it says, paragraph by paragraph.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>The values of the variables.</summary>
    public IReadOnlyDictionary<string, object?> ToVariables(string language) => new Dictionary<string, object?>
    {
        ["labels"] = DocumentLabels.Of(language),
        ["title"] = DocumentLabels.TitleOf(Type, language),
        ["date"] = new DocumentForms(language, "EUR").Date(Date),
        ["sender"] = new Dictionary<string, object?> { ["name"] = Sender.Name, ["addressLines"] = Listed(Sender.AddressLines), ["author"] = Author, ["email"] = AuthorEmail },
        ["recipient"] = new Dictionary<string, object?>
        {
            ["name"] = Recipient.Name,
            ["company"] = Company,
            ["addressLines"] = Listed(Recipient.AddressLines),
            ["email"] = Recipient.Email,
            ["phone"] = Recipient.Phone,
        },
        ["deal"] = new Dictionary<string, object?> { ["title"] = DealTitle, ["value"] = DealValue },
        ["paragraphs"] = Listed(Paragraphs),
    };

    private static List<object?> Listed(IReadOnlyList<string> texts) => [.. texts];
}
