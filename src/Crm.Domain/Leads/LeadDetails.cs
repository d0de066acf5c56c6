using Crm.Domain.Common;

namespace Crm.Domain.Leads;

/// <summary>Where a lead stands. CONVERTED is set by conversion alone.</summary>
public enum LeadStatus
{
    /// <summary>Just captured.</summary>
    New,
    /// <summary>Someone has spoken to it.</summary>
    Contacted,
    /// <summary>Worth pursuing.</summary>
    Qualified,
    /// <summary>Not worth pursuing.</summary>
    Unqualified,
    /// <summary>Became a customer; the lead is read-only from then on.</summary>
    Converted,
    /// <summary>Went elsewhere.</summary>
    Lost,
}

/// <summary>Where a lead came from.</summary>
public enum LeadSource
{
    /// <summary>The web site.</summary>
    Website,
    /// <summary>A social network.</summary>
    Social,
    /// <summary>An e-mail.</summary>
    Email,
    /// <summary>A recommendation.</summary>
    Referral,
    /// <summary>A phone call.</summary>
    Phone,
    /// <summary>A fair or another event.</summary>
    Event,
    /// <summary>An advertisement.</summary>
    Advertising,
    /// <summary>A partner.</summary>
    Partner,
    /// <summary>An import.</summary>
    Import,
    /// <summary>Anything else.</summary>
    Other,
}

/// <summary>What users state about a lead (product.md §3).</summary>
public record LeadDetails : RecordDetails
{
    /// <summary>Stands for "nobody said whose it is" until the lead is captured: it is its creator's then, and may be routed to somebody else.</summary>
    public static readonly Guid UnstatedOwner = new("7d0c1f6e-58a4-4b93-9f0e-2b6c4de8a915");

    /// <summary>The person's or organization's name, 1–300 characters.</summary>
    public required string Name { get; init; }
    /// <summary>E-mail, compared and kept in lower case.</summary>
    public EmailAddress? Email { get; init; }
    /// <summary>Phone as it was typed; looked up by its digits.</summary>
    public PhoneNumber? Phone { get; init; }
    /// <summary>The company's name, at most 300 characters.</summary>
    public string? Company { get; init; }
    /// <summary>Job title, at most 300 characters.</summary>
    public string? JobTitle { get; init; }
    /// <summary>Web site, at most 2,000 characters.</summary>
    public string? Website { get; init; }
    /// <summary>Where the lead stands.</summary>
    public LeadStatus Status { get; init; } = LeadStatus.New;
    /// <summary>Where it came from.</summary>
    public LeadSource Source { get; init; } = LeadSource.Other;
    /// <summary>What it may be worth, never negative.</summary>
    public Money? Value { get; init; }
    /// <summary>The salesperson; of a lead that is to be captured, <see cref="UnstatedOwner"/> where nobody was named.</summary>
    public Guid? OwnerId { get; init; }
    /// <summary>0–100, higher is hotter.</summary>
    public int? Score { get; init; }
    /// <summary>Free text, at most 20,000 characters.</summary>
    public string? Notes { get; init; }
}
