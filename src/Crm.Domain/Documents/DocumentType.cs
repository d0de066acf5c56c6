namespace Crm.Domain.Documents;

/// <summary>What a document is. Each kind has variables of its own, and a built-in template in every language.</summary>
public enum DocumentType
{
    /// <summary>What is offered, until when, for how much.</summary>
    Offer,
    /// <summary>What is ordered.</summary>
    Order,
    /// <summary>What is to be paid (EN 16931).</summary>
    Invoice,
    /// <summary>That an invoice is overdue.</summary>
    Reminder,
    /// <summary>A letter to somebody.</summary>
    Letter,
    /// <summary>An e-mail to somebody.</summary>
    Email,
}
