using System.Text.Json;
using Crm.Application.CustomFields;
using Crm.Domain.Common;

namespace Crm.Application.Resources;

/// <summary>The wire type of a member.</summary>
public enum FieldKind
{
    /// <summary>Text, compared whole.</summary>
    Text,
    /// <summary>E-mail address, compared in lower case.</summary>
    Email,
    /// <summary>Phone number, compared by its digits.</summary>
    Phone,
    /// <summary>UUID.</summary>
    Id,
    /// <summary>One of a closed set, UPPER_SNAKE_CASE.</summary>
    Choice,
    /// <summary>Whole number.</summary>
    Integer,
    /// <summary>Decimal number.</summary>
    Decimal,
    /// <summary>true or false.</summary>
    Boolean,
    /// <summary>Calendar day.</summary>
    Date,
    /// <summary>RFC 3339 instant in UTC.</summary>
    Instant,
    /// <summary>Amount and ISO 4217 currency.</summary>
    Money,
    /// <summary>Labels.</summary>
    Tags,
    /// <summary>List of e-mail addresses.</summary>
    Emails,
    /// <summary>List of phone numbers.</summary>
    Phones,
    /// <summary>Text to text.</summary>
    Map,
    /// <summary>The tenant's own members.</summary>
    CustomFields,
    /// <summary>Embedded objects, read as one JSON value.</summary>
    Embedded,
    /// <summary>One embedded object, read as one JSON value.</summary>
    Object,
    /// <summary>List of texts; of a closed set when the member has words.</summary>
    Words,
    /// <summary>List of UUIDs.</summary>
    Ids,
    /// <summary>A value that some custom field takes, of whatever type.</summary>
    CustomValue,
    /// <summary>JSON of whatever form.</summary>
    Json,
}

/// <summary>One member of a resource: its wire form, its limits, its SQL, and what may be done with it.</summary>
public sealed class Field
{
    /// <summary>camelCase name on the wire.</summary>
    public required string Name { get; init => (field, EncodedName) = (value, JsonEncodedText.Encode(value)); }
    /// <summary>The name as JSON. Encoded with the declaration: made at first use it could be seen half-made by another request.</summary>
    public JsonEncodedText EncodedName { get; private init; }
    /// <summary>The wire type.</summary>
    public required FieldKind Kind { get; init; }
    /// <summary>The column, or the amount column of money (the currency is beside it).</summary>
    public required string Column { get; init; }
    /// <summary>SQL that yields the member when it is no plain column; <c>t</c> is the record.</summary>
    public string? Expression { get; internal set; }
    /// <summary>The CLR type of the details' property; null for members nobody writes.</summary>
    public Type? ClrType { get; init; }
    /// <summary>May be null in answers.</summary>
    public bool Nullable { get; internal set; } = true;
    /// <summary>Set by the service alone.</summary>
    public bool ReadOnly { get; internal set; }
    /// <summary>Must be given when a record is created.</summary>
    public bool IsRequired { get; internal set; }
    /// <summary>Longest text, in characters.</summary>
    public int MaxLength { get; internal set; } = 300;
    /// <summary>Smallest number, or smallest amount.</summary>
    public decimal? Min { get; internal set; }
    /// <summary>Largest number.</summary>
    public decimal? Max { get; internal set; }
    /// <summary>A character the text may not contain.</summary>
    public char? Forbidden { get; internal set; }
    /// <summary>A rule of the text besides its length, and what is said when it is broken.</summary>
    public (Func<string, bool> Holds, string Refusal)? Rule { get; internal set; }
    /// <summary>The words that a text, each of a list's or each within an object is one of; none = any text.</summary>
    public IReadOnlyList<string> Words { get; internal set; } = [];
    /// <summary>The enum behind a choice.</summary>
    public Type? EnumType { get; init; }
    /// <summary>May be filtered by.</summary>
    public bool Filters { get; internal set; } = true;
    /// <summary>May be sorted by.</summary>
    public bool Sorts { get; internal set; }
    /// <summary>Takes part in <c>search=</c>.</summary>
    public bool Searched { get; internal set; }
    /// <summary>Absent means the caller.</summary>
    public bool DefaultsToCaller { get; internal set; }
    /// <summary>What stands for the caller in a new record where the use case has to know that nobody was named; null where it need not.</summary>
    public Guid? Unstated { get; internal set; }
    /// <summary>The resource an id refers to, when it refers to one.</summary>
    public string? RefersTo { get; internal set; }
    /// <summary>The table of the trees, by <c>parent_id</c>, that the records form which the id refers to; null when they form none.</summary>
    public string? TreeTable { get; private set; }
    /// <summary>The references inside embedded items: the item's CLR member and the resource it refers to.</summary>
    public IReadOnlyList<(string Member, string Resource)> ItemReferences { get; internal set; } = [];
    /// <summary>What <c>expand=</c> calls the related record: ownerId is expanded as owner, a custom field by its own name. Another name without Id has no other to give.</summary>
    public string? ExpandName => RefersTo is null ? null : Custom is not null ? Name : _expandName ?? (Name.EndsWith("Id", StringComparison.Ordinal) ? Name[..^2] : null);
    private string? _expandName;
    /// <summary>The custom field behind the member; null for those of the declaration.</summary>
    public CustomFieldDefinition? Custom { get; init; }
    /// <summary>One sentence for the reference.</summary>
    public string? Description { get; internal set; }
    /// <summary>An example value, as JSON.</summary>
    public string? Example { get; internal set; }
    /// <summary>The text with trigram index that <c>contains</c> and <c>startsWith</c> may use.</summary>
    public bool IsText => Kind is FieldKind.Text or FieldKind.Email or FieldKind.Phone;

    /// <summary>How many columns the member takes in a row.</summary>
    public int Width => Kind == FieldKind.Money ? 2 : 1;

    /// <summary>The select list of the member.</summary>
    public string Select => Kind == FieldKind.Money ? $"{Comparable}, {CurrencySql}" : Expression ?? $"t.{Column}";

    /// <summary>What comparisons and sorts use.</summary>
    public string Comparable => Expression ?? Kind switch
    {
        FieldKind.Money => $"t.{Column}_amount",
        FieldKind.Phone => $"t.{Column}_digits",
        FieldKind.Phones => $"t.{Column}_digits",
        _ => $"t.{Column}",
    };

    /// <summary>The currency of money.</summary>
    public string CurrencySql => Custom?.CurrencySql ?? $"t.{Column}_currency";

    /// <summary>What sorts use: as <see cref="Comparable"/>, but a phone sorts as it is written, and a text that is no column by the rules columns sort by.</summary>
    public string Sortable => Kind == FieldKind.Phone ? $"t.{Column}" : Custom?.SortSql ?? Comparable;

    /// <summary>Must be given at creation.</summary>
    public Field Required() { IsRequired = true; Nullable = false; return this; }
    /// <summary>Never null in answers.</summary>
    public Field NotNull() { Nullable = false; return this; }
    /// <summary>Limits the length.</summary>
    public Field Limit(int characters) { MaxLength = characters; return this; }
    /// <summary>Limits the range; for money, of the amount.</summary>
    public Field Between(decimal? min, decimal? max) { (Min, Max) = (min, max); return this; }
    /// <summary>Adds a rule of the text besides its length.</summary>
    public Field Must(Func<string, bool> holds, string refusal) { Rule = (holds, refusal); return this; }
    /// <summary>Takes these words only.</summary>
    public Field OneOf(IReadOnlyList<string> words)
    {
        Words = words;
        return Must(words.Contains, $"must be one of {string.Join(", ", words)}");
    }

    /// <summary>The same member, taking these words only.</summary>
    internal Field Taking(IReadOnlyList<string> words) => ((Field)MemberwiseClone()).OneOf(words);

    /// <summary>Takes the codes of ISO 3166-1 alpha-2 only.</summary>
    public Field IsCountry() => Must(Country.IsKnown, "must be an ISO 3166-1 alpha-2 code").Says("ISO 3166-1 alpha-2.", "\"BG\"");
    /// <summary>Lets lists sort by it.</summary>
    public Field Sort() { Sorts = true; return this; }
    /// <summary>Lets searches find it.</summary>
    public Field Search() { Searched = true; return this; }
    /// <summary>Keeps lists from filtering by it.</summary>
    public Field NoFilter() { Filters = false; return this; }
    /// <summary>Names the resource the id refers to.</summary>
    public Field Refers(string resource) { RefersTo = resource; return this; }
    /// <summary>Says that the records which the id refers to form trees: filters may ask for one with all that is below it. Everybody sees such records.</summary>
    public Field InTree() { TreeTable = RefersTo?.Replace('-', '_') ?? throw new InvalidOperationException($"{Name} refers to nothing."); return this; }
    /// <summary>Names the related record where the plain name is another member's.</summary>
    public Field ExpandsAs(string name) { _expandName = name; return this; }
    /// <summary>Names the resource that an id inside embedded items refers to.</summary>
    public Field ItemRefers(string member, string resource) { ItemReferences = [.. ItemReferences, (member, resource)]; return this; }
    /// <summary>Answers what this SQL yields (<c>t</c> is the record) instead of the column that keeps what was stated.</summary>
    public Field Reads(string expression) { Expression = expression; return this; }
    /// <summary>Absent at creation means the caller.</summary>
    public Field CallerByDefault(Guid? unstated = null) { (DefaultsToCaller, Unstated) = (true, unstated); return this; }
    /// <summary>Says what it is.</summary>
    public Field Says(string description, string? example = null) { (Description, Example) = (description, example ?? Example); return this; }

    /// <summary>Why a bound value is refused, or null. Types are right already; this is about limits.</summary>
    public string? Refusal(object? value) => value switch
    {
        null => null,
        string text when IsRequired && text.Length == 0 => "must not be empty",
        string text when TooLong(text) => $"must be at most {MaxLength} characters",
        string text when Rule is { } rule && !rule.Holds(text) => rule.Refusal,
        string text when Forbidden is { } c && text.Contains(c) => $"must not contain '{c}'",
        PhoneNumber phone when TooLong(phone.Text) => $"must be at most {MaxLength} characters",
        int number when number < Min || number > Max => Range(),
        decimal number when number < Min || number > Max => Range(),
        Money money when money.Amount < Min || money.Amount > Max => Range(),
        _ => null,
    };

    private bool TooLong(string text) => text.Length > MaxLength && text.EnumerateRunes().Count() > MaxLength;

    private string Range() => (Min, Max) switch
    {
        ({ } min, { } max) => $"must be between {min} and {max}",
        ({ } min, null) => $"must be at least {min}",
        (_, { } max) => $"must be at most {max}",
        _ => "is out of range",
    };
}
