namespace Crm.Domain.Commerce;

/// <summary>Who sells or buys, as it was when the document was issued (EN 16931, BG-4 and BG-7): later changes of the records do not touch it.</summary>
public sealed record DocumentParty
{
    /// <summary>The legal name (BT-27, BT-44).</summary>
    public string? Name { get; init; }
    /// <summary>The VAT identifier (BT-31, BT-48).</summary>
    public string? VatId { get; init; }
    /// <summary>The number in a register (BT-30, BT-47).</summary>
    public string? RegistrationNumber { get; init; }
    /// <summary>Street and number (BT-35, BT-50).</summary>
    public string? Address { get; init; }
    /// <summary>City (BT-37, BT-52).</summary>
    public string? City { get; init; }
    /// <summary>Region (BT-39, BT-54).</summary>
    public string? Region { get; init; }
    /// <summary>Postal code (BT-38, BT-53).</summary>
    public string? PostalCode { get; init; }
    /// <summary>ISO 3166-1 alpha-2 (BT-40, BT-55).</summary>
    public string? Country { get; init; }
    /// <summary>E-mail address (BT-43, BT-58).</summary>
    public string? Email { get; init; }
    /// <summary>Telephone number (BT-42, BT-57).</summary>
    public string? Phone { get; init; }
    /// <summary>The site; of sellers.</summary>
    public string? Website { get; init; }
    /// <summary>The account that is paid to (BT-84); of sellers.</summary>
    public string? Iban { get; init; }
    /// <summary>The bank of the account (BT-86); of sellers.</summary>
    public string? Bic { get; init; }
    /// <summary>The file that is the logo; of sellers.</summary>
    public Guid? LogoFileId { get; init; }
}
